"""Genuine updates of every kind the Bot API knows, as Telegram writes them; every text in them holds a marker."""

from typing import Any

Json = dict[str, Any]

MARKER = "Mistelzweig"  # stands in all names and texts, so that a log which quotes one is caught
ANNA, BELA, CARLA = PEOPLE = 7700000101, 7700000102, 7700000103  # no other number looks like these
GROUP, SUPERGROUP, CHANNEL = -7700000201, -1007700000202, -1007700000203
DATE = 1_770_022_800
BOT = {"id": 123456, "is_bot": True, "first_name": "Lotse", "username": "lotse_demo_bot"}


def user(number: int = ANNA) -> Json:
    """Somebody."""
    names = {"first_name": MARKER, "last_name": MARKER, "username": MARKER}
    return {"id": number, "is_bot": False, **names, "language_code": "en"}


def chat(number: int = ANNA) -> Json:
    """A private chat, a group or a channel, as its number says."""
    if number > 0:
        return {"id": number, "type": "private", "first_name": MARKER, "username": MARKER}
    kind = {GROUP: "group", SUPERGROUP: "supergroup", CHANNEL: "channel"}[number]
    return {"id": number, "type": kind, "title": MARKER}


def message(sender: int = ANNA, to: int = 0, **fields: Any) -> Json:
    """A message with some contents."""
    return {"message_id": 77, "date": DATE, "from": user(sender), "chat": chat(to or sender), **fields}


def command(text: str, **fields: Any) -> Json:
    """A message that begins with a command, marked as Telegram marks it."""
    length = len(text.split()[0])
    return message(text=text, entities=[{"type": "bot_command", "offset": 0, "length": length}], **fields)


def tap(sender: int, message_id: int, data: str, to: int = 0) -> Json:
    """A tap on a button."""
    pressed = {"message_id": message_id, "date": DATE, "chat": chat(to or sender), "from": BOT, "text": MARKER}
    query = {"id": "4000000000", "from": user(sender), "chat_instance": "77", "data": data, "message": pressed}
    return {"callback_query": query}


def changed_member(status: str, number: int = ANNA) -> Json:
    """Somebody blocked us, added us to a group, or took it back."""
    new: Json = {"user": BOT, "status": status}
    if status == "kicked":
        new["until_date"] = 0
    old = {"user": BOT, "status": "member"}
    return {"chat": chat(number), "from": user(), "date": DATE, "old_chat_member": old, "new_chat_member": new}


FILE = {"file_id": MARKER, "file_unique_id": MARKER, "file_size": 1200}
SIZE = {**FILE, "width": 90, "height": 90}
VIDEO = {**SIZE, "duration": 4, "thumbnail": SIZE, "mime_type": "video/mp4", "file_name": MARKER}
PLACE = {"latitude": 47.81, "longitude": 9.64}
POLL = {
    "id": "77", "question": MARKER, "options": [{"persistent_id": "1", "text": MARKER, "voter_count": 1}],
    "total_voter_count": 1, "is_closed": False, "is_anonymous": False, "type": "regular",
    "allows_multiple_answers": False, "members_only": False, "allows_revoting": True, "can_be_revoted": True,
}  # fmt: skip
ADDRESS = {
    "country_code": "DE",
    "state": "",
    "city": MARKER,
    "street_line1": MARKER,
    "street_line2": "",
    "post_code": "7",
}
ENTITIES = [
    {"type": "bold", "offset": 0, "length": 3},
    {"type": "text_link", "offset": 4, "length": 3, "url": "https://example.org/"},
    {"type": "text_mention", "offset": 4, "length": 3, "user": user(BELA)},
    {"type": "custom_emoji", "offset": 8, "length": 2, "custom_emoji_id": "77"},
]
ORIGIN = {"type": "user", "sender_user": user(BELA), "date": DATE}
BOOST = {"boost_id": "77", "add_date": DATE, "expiration_date": DATE, "source": {"source": "premium", "user": user()}}

# What private chats bring, most of which we only answer with "I cannot read this".
CONTENTS: list[Json] = [
    {"text": MARKER},
    {"text": f"{MARKER} 🙂 hello", "entities": ENTITIES, "link_preview_options": {"is_disabled": True}},
    {"text": MARKER, "reply_to_message": message(BELA, ANNA, text=MARKER), "quote": {"text": MARKER, "position": 0}},
    {"text": MARKER, "forward_origin": ORIGIN, "via_bot": BOT},
    {"text": "shifts"},
    {"text": "2"},
    {"photo": [SIZE, SIZE], "caption": MARKER, "caption_entities": ENTITIES[:1], "media_group_id": "77"},
    {"sticker": {**SIZE, "type": "regular", "emoji": "👋", "is_animated": False, "is_video": False}},
    {"voice": {**FILE, "duration": 4, "mime_type": "audio/ogg"}},
    {"audio": {**FILE, "duration": 4, "title": MARKER}},
    {"video": VIDEO},
    {"animation": VIDEO, "document": {**FILE, "file_name": MARKER, "mime_type": "video/mp4"}},
    {"video_note": {**FILE, "length": 240, "duration": 4}},
    {"document": {**FILE, "file_name": MARKER, "mime_type": "text/plain", "thumbnail": SIZE}},
    {"contact": {"phone_number": "+4975112345678", "first_name": MARKER, "user_id": BELA, "vcard": MARKER}},
    {"location": {**PLACE, "horizontal_accuracy": 20.0, "live_period": 600}},
    {"venue": {"location": PLACE, "title": MARKER, "address": MARKER}},
    {"dice": {"emoji": "🎲", "value": 6}},
    {"poll": POLL},
    {"web_app_data": {"data": MARKER, "button_text": MARKER}},
    {"users_shared": {"request_id": 1, "users": [{"user_id": BELA, "first_name": MARKER}]}},
    {"pinned_message": message(text=MARKER)},
]
COMMANDS = (
    "/start|/start shift-1|/help@lotse_demo_bot|/shifts|/myshifts|/volunteer|/buddy|/offers|/language|/cancel|/privacy"
    f"|/newshift|/ourshifts|/broadcast|/start {MARKER}|/{MARKER}"
).split("|")
IN_GROUPS: list[Json] = [
    {"text": MARKER},
    {"new_chat_members": [BOT, user(BELA)]},
    {"left_chat_member": user(BELA)},
    {"migrate_to_chat_id": SUPERGROUP},
    {"group_chat_created": True},
    {"new_chat_title": MARKER},
]
# Whole updates of the kinds that we have no use for; Telegram sends most of them only to bots that ask.
OTHER_KINDS: list[Json] = [
    {"channel_post": message(to=CHANNEL, text=MARKER, sender_chat=chat(CHANNEL), author_signature=MARKER)},
    {"edited_channel_post": message(to=CHANNEL, text=MARKER, edit_date=DATE)},
    {"inline_query": {"id": "77", "from": user(), "query": MARKER, "offset": "", "location": PLACE}},
    {"chosen_inline_result": {"result_id": "77", "from": user(), "query": MARKER}},
    {"shipping_query": {"id": "77", "from": user(), "invoice_payload": MARKER, "shipping_address": ADDRESS}},
    {"pre_checkout_query": {"id": "7", "from": user(), "currency": "EUR", "total_amount": 1, "invoice_payload": "7"}},
    {"purchased_paid_media": {"from": user(), "paid_media_payload": MARKER}},
    {"poll": POLL},
    {"poll_answer": {"poll_id": "77", "user": user(), "option_ids": [0], "option_persistent_ids": ["1"]}},
    {"chat_member": changed_member("member", GROUP)},
    {"chat_join_request": {"chat": chat(GROUP), "from": user(), "user_chat_id": ANNA, "date": DATE, "bio": MARKER}},
    {"chat_boost": {"chat": chat(CHANNEL), "boost": BOOST}},
    {"removed_chat_boost": {"chat": chat(CHANNEL), "boost_id": "7", "remove_date": DATE, "source": BOOST["source"]}},
    {"message_reaction": {"chat": chat(), "message_id": 77, "date": DATE, "user": user(), "old_reaction": [],
                          "new_reaction": [{"type": "emoji", "emoji": "👍"}]}},
    {"message_reaction_count": {"chat": chat(CHANNEL), "message_id": 77, "date": DATE,
                                "reactions": [{"type": {"type": "emoji", "emoji": "👍"}, "total_count": 2}]}},
    {"business_connection": {"id": "77", "user": user(), "user_chat_id": ANNA, "date": DATE, "is_enabled": True,
                             "can_reply": True}},
    {"business_message": message(text=MARKER, business_connection_id="77")},
    {"edited_business_message": message(text=MARKER, business_connection_id="77", edit_date=DATE)},
    {"deleted_business_messages": {"business_connection_id": "77", "chat": chat(), "message_ids": [7]}},
    {"managed_bot": {"user": user(), "bot": BOT}},
    {"guest_message": message(to=GROUP, text=MARKER)},
    {"a_kind_of_tomorrow": {"id": 77, "from": user(), "text": MARKER}},
]  # fmt: skip


def without_buttons() -> list[Json]:
    """Everything but taps."""
    senders = [
        content | {"message_thread_id": 7} if number % 5 == 0 else content for number, content in enumerate(CONTENTS)
    ]
    return [
        *({"message": message(PEOPLE[number % 3], **content)} for number, content in enumerate(senders)),
        *({"edited_message": message(edit_date=DATE, **content)} for content in CONTENTS[:8:3]),
        *({"message": command(text)} for text in COMMANDS),
        *({"message": message(to=GROUP, **content)} for content in IN_GROUPS),
        *({"message": command(text, to=GROUP)} for text in ("/start@lotse_demo_bot", "/help")),
        *({"my_chat_member": changed_member(*change)} for change in (("member",), ("kicked",), ("left", GROUP))),
        *OTHER_KINDS,
    ]
