"""Who may do what: one table of verbs and roles, read by the doors and by the buttons alike."""

from collections.abc import Callable
from enum import StrEnum

from app.access.viewer import Viewer


class Verb(StrEnum):
    # the workspace
    set_up = "set_up"
    sign_in = "sign_in"
    sign_out = "sign_out"
    change_own_profile = "change_own_profile"
    choose_theme = "choose_theme"
    keep_own_tokens = "keep_own_tokens"
    revoke_others_tokens = "revoke_others_tokens"
    invite_colleague = "invite_colleague"
    deactivate_colleague = "deactivate_colleague"
    change_roles = "change_roles"
    keep_customers = "keep_customers"
    correct_name = "correct_name"
    send_letter_again = "send_letter_again"
    load_demo = "load_demo"
    remove_demo = "remove_demo"
    read_own_inbox = "read_own_inbox"
    # an escalation
    open_escalation = "open_escalation"
    edit_escalation = "edit_escalation"
    restrict_escalation = "restrict_escalation"
    close_escalation = "close_escalation"
    add_participant = "add_participant"
    invite_guest = "invite_guest"
    revoke_guest = "revoke_guest"
    mute_escalation = "mute_escalation"
    # what is inside it
    raise_concern = "raise_concern"
    reword_concern = "reword_concern"
    edit_concern = "edit_concern"
    share_concern = "share_concern"
    rank_for_customer = "rank_for_customer"
    rank_for_us = "rank_for_us"
    answer_concern = "answer_concern"
    plan_meeting = "plan_meeting"
    share_meeting = "share_meeting"
    add_agenda_item = "add_agenda_item"
    run_agenda = "run_agenda"
    write_notes = "write_notes"
    restore_note = "restore_note"
    record_decision = "record_decision"
    add_action = "add_action"
    change_action = "change_action"
    answer_action = "answer_action"
    start_topic = "start_topic"
    post_message = "post_message"
    edit_own_message = "edit_own_message"
    delete_message = "delete_message"
    share_message = "share_message"
    mark_read = "mark_read"
    keep_draft = "keep_draft"
    show_presence = "show_presence"
    upload_recording = "upload_recording"
    share_recording = "share_recording"
    delete_recording = "delete_recording"
    correct_transcript = "correct_transcript"
    change_listening = "change_listening"


def staff(viewer: Viewer) -> bool:
    return viewer.is_staff


def managers(viewer: Viewer) -> bool:
    return viewer.is_manager


def administrators(viewer: Viewer) -> bool:
    return viewer.is_administrator


def both_sides(viewer: Viewer) -> bool:
    return viewer.is_staff or viewer.is_guest


def anyone(viewer: Viewer) -> bool:
    return True


PERMISSIONS: dict[Verb, Callable[[Viewer], bool]] = {
    Verb.set_up: anyone,
    Verb.sign_in: anyone,
    Verb.sign_out: both_sides,
    Verb.change_own_profile: both_sides,
    Verb.choose_theme: anyone,
    Verb.keep_own_tokens: staff,
    Verb.revoke_others_tokens: administrators,
    Verb.invite_colleague: managers,
    Verb.deactivate_colleague: administrators,
    Verb.change_roles: administrators,
    Verb.keep_customers: staff,
    Verb.correct_name: staff,
    Verb.send_letter_again: managers,
    Verb.load_demo: managers,
    Verb.remove_demo: managers,
    Verb.read_own_inbox: both_sides,
    Verb.open_escalation: staff,
    Verb.edit_escalation: staff,
    Verb.restrict_escalation: managers,
    Verb.close_escalation: staff,
    Verb.add_participant: staff,
    Verb.invite_guest: staff,
    Verb.revoke_guest: staff,
    Verb.mute_escalation: both_sides,
    Verb.raise_concern: both_sides,
    Verb.reword_concern: both_sides,
    Verb.edit_concern: staff,
    Verb.share_concern: staff,
    Verb.rank_for_customer: both_sides,
    Verb.rank_for_us: staff,
    Verb.answer_concern: staff,
    Verb.plan_meeting: staff,
    Verb.share_meeting: staff,
    Verb.add_agenda_item: both_sides,
    Verb.run_agenda: staff,
    Verb.write_notes: both_sides,
    Verb.restore_note: staff,
    Verb.record_decision: staff,
    Verb.add_action: both_sides,
    Verb.change_action: staff,
    Verb.answer_action: both_sides,
    Verb.start_topic: both_sides,
    Verb.post_message: both_sides,
    Verb.edit_own_message: both_sides,
    Verb.delete_message: both_sides,  # one's own; managers also a colleague's
    Verb.share_message: staff,
    Verb.mark_read: both_sides,
    Verb.keep_draft: both_sides,
    Verb.show_presence: staff,
    Verb.upload_recording: staff,
    Verb.share_recording: staff,
    Verb.delete_recording: staff,
    Verb.correct_transcript: staff,
    Verb.change_listening: staff,
}


def may(viewer: Viewer, verb: Verb | str) -> bool:
    """Whether this person may do this at all; whether this row is theirs to change is the verb's own rule."""
    return PERMISSIONS[Verb(verb)](viewer)
