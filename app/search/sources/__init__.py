"""How each domain's records become documents, and are named where they are found. Importing this makes them known."""

from app.action_items import naming as action_names
from app.concerns import naming as concern_names
from app.discussion import naming as discussion_names
from app.escalations import naming as escalation_names
from app.meetings import naming as meeting_names
from app.recordings import naming as recording_names
from app.search.sources import actions, concerns, discussion, escalations, meetings, recordings

SOURCES = (actions, concerns, discussion, escalations, meetings, recordings)
NAMES = (action_names, concern_names, discussion_names, escalation_names, meeting_names, recording_names)
