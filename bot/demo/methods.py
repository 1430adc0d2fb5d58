"""The methods of Bot API 10.1 the double knows, with every parameter, its types and if it is required."""

from dataclasses import dataclass

ANY_MARKUP = ("InlineKeyboardMarkup", "ReplyKeyboardMarkup", "ReplyKeyboardRemove", "ForceReply")

_NAMES_BY_TYPE: dict[tuple[str, ...], str] = {
    ("Integer",): (
        "offset limit timeout max_connections message_thread_id direct_messages_topic_id message_id"
        " cache_time user_id video_start_timestamp"
    ),
    ("String",): (
        "url ip_address secret_token business_connection_id text parse_mode message_effect_id caption title"
        " inline_message_id callback_query_id address foursquare_id foursquare_type google_place_id action"
        " google_place_type language_code name description short_description"
    ),
    ("Boolean",): (
        "drop_pending_updates disable_notification protect_content allow_paid_broadcast show_alert"
        " disable_content_type_detection show_caption_above_media has_spoiler"
    ),
    ("Float",): "latitude longitude",
    ("Integer", "String"): "chat_id from_chat_id",
    ("InputFile", "String"): "document photo thumbnail",
    ("InputFile",): "certificate",
    ("Array of MessageEntity",): "entities caption_entities",
    ("Array of String",): "allowed_updates",
    ("Array of BotCommand",): "commands",
    ("BotCommandScope",): "scope",
    ("LinkPreviewOptions",): "link_preview_options",
    ("SuggestedPostParameters",): "suggested_post_parameters",
    ("ReplyParameters",): "reply_parameters",
    ("InputRichMessage",): "rich_message",
}
_TYPES_BY_NAME = {name: types for types, names in _NAMES_BY_TYPE.items() for name in names.split()}

_COPY = (
    "chat_id! message_thread_id direct_messages_topic_id disable_notification protect_content"
    " allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup"
)
_SEND = f"business_connection_id {_COPY}"
_EDIT = "business_connection_id chat_id message_id inline_message_id reply_markup"
_CAPTION = "caption parse_mode caption_entities"

_PARAMETERS: dict[str, str] = {
    "getMe": "",
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": ("url! certificate ip_address max_connections allowed_updates drop_pending_updates secret_token"),
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "sendMessage": f"{_SEND} text! parse_mode entities link_preview_options",
    "editMessageText": f"{_EDIT} text parse_mode entities link_preview_options rich_message",
    "editMessageReplyMarkup": _EDIT,
    "deleteMessage": "chat_id! message_id!",
    "answerCallbackQuery": "callback_query_id! text show_alert url cache_time",
    "sendDocument": f"{_SEND} document! thumbnail {_CAPTION} disable_content_type_detection",
    "sendPhoto": f"{_SEND} photo! {_CAPTION} show_caption_above_media has_spoiler",
    "sendVenue": (
        f"{_SEND} latitude! longitude! title! address! foursquare_id foursquare_type google_place_id google_place_type"
    ),
    "sendChatAction": "business_connection_id chat_id! message_thread_id action!",
    "setMyCommands": "commands! scope language_code",
    "deleteMyCommands": "scope language_code",
    "getMyCommands": "scope language_code",
    "setMyName": "name language_code",
    "getMyName": "language_code",
    "setMyDescription": "description language_code",
    "getMyDescription": "language_code",
    "setMyShortDescription": "short_description language_code",
    "getMyShortDescription": "language_code",
    "getChat": "chat_id!",
    "getChatMember": "chat_id! user_id!",
    "copyMessage": (f"{_COPY} from_chat_id! message_id! video_start_timestamp {_CAPTION} show_caption_above_media"),
    "leaveChat": "chat_id!",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a method: the accepted types in Telegram's spelling, and whether it must be there."""

    types: tuple[str, ...]
    required: bool


def _parameter(method: str, word: str) -> tuple[str, Parameter]:
    name = word.rstrip("!")
    if name == "reply_markup":
        types: tuple[str, ...] = ANY_MARKUP[:1] if method.startswith("edit") else ANY_MARKUP
    else:
        types = _TYPES_BY_NAME[name]
    return name, Parameter(types, required=word.endswith("!"))


METHODS: dict[str, dict[str, Parameter]] = {
    method: dict(_parameter(method, word) for word in words.split()) for method, words in _PARAMETERS.items()
}

# Telegram takes method names in any case.
CANONICAL = {method.lower(): method for method in METHODS}
