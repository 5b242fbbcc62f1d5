"""What people write, wherever they write it: Markdown, mentions, attachments. May import timeline, access, people and foundation."""
