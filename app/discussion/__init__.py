"""What both sides say to each other and our side among itself: topics and their messages. May import writing and escalations."""
