"""Reads the parameters of a call: decodes JSON in strings, checks types, names what is missing or unknown."""

import json
from typing import Any

from bot.demo.methods import METHODS, Parameter
from bot.demo.values import BadRequest, Json, Upload

_SCALARS = {"Integer", "String", "Boolean", "Float", "InputFile"}
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "user_id": "invalid user_id specified",
    "latitude": "latitude is empty",
    "longitude": "longitude is empty",
}
_PROBES = {"reply_markup": "reply keyboard markup", "scope": "BotCommandScope"}


def read_parameters(method: str, params: Json) -> Json:
    """The parameters of one call with their real types; a bot's mistake raises BadRequest.

    An unknown name is refused although Telegram ignores it, because it is always a mistake of the bot.
    """
    table = METHODS[method]
    given = {name: value for name, value in params.items() if value is not None}
    attached = _attached_names(given)
    for name in given:
        if name not in table and name not in attached:
            raise BadRequest(f'unknown parameter "{name}" of method {method}')
    read: Json = {}
    for name, parameter in table.items():
        if name in given and not (given[name] == "" and name != "url"):
            read[name] = _read(name, given, parameter)
        elif parameter.required and name not in given:
            raise BadRequest(_MISSING.get(name, f'parameter "{name}" is required'))
        elif parameter.required and name in _MISSING:
            raise BadRequest(_MISSING[name])
    return read


def _attached_names(given: Json) -> set[str]:
    prefix = "attach://"
    return {
        value.removeprefix(prefix) for value in given.values() if isinstance(value, str) and value.startswith(prefix)
    }


def _read(name: str, given: Json, parameter: Parameter) -> Any:
    value = given[name]
    kind = parameter.types[0]
    if kind == "InputFile":
        return _read_file(name, value, given)
    if kind not in _SCALARS:
        return _read_nested(name, value, kind)
    if parameter.types == ("Integer", "String"):
        return _read_chat_id(value)
    return _read_scalar(name, value, kind)


def _read_file(name: str, value: object, given: Json) -> Upload | str:
    if isinstance(value, str) and value.startswith("attach://"):
        value = given.get(value.removeprefix("attach://"))
    if isinstance(value, (Upload, str)):
        return value
    raise BadRequest(_MISSING.get(name, f"wrong file {name}"))


def _read_chat_id(value: object) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return int(value) if value.lstrip("-").isdigit() else value
    raise BadRequest("chat_id must be an Integer or a String")


def _read_scalar(name: str, value: object, kind: str) -> object:
    try:
        if kind == "Boolean":
            return _read_boolean(value)
        if kind == "Integer" and isinstance(value, (int, str)) and not isinstance(value, bool):
            return int(value)
        if kind == "Float" and isinstance(value, (int, float, str)):
            return float(value)
    except ValueError:
        pass
    if kind == "String" and isinstance(value, str):
        return value
    raise BadRequest(f'parameter "{name}" must be of type {kind}')


def _read_boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false", "1", "0"}:
        return value.lower() in {"true", "1"}
    raise ValueError(value)


def _read_nested(name: str, value: object, kind: str) -> object:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise BadRequest(f"can't parse {_PROBES.get(name, name)} JSON object") from error
    wanted: type = list if kind.startswith("Array of ") else dict
    if isinstance(value, wanted):
        return value
    if name == "reply_markup":
        raise BadRequest("object expected as reply markup")
    raise BadRequest(f'parameter "{name}" must be of type {kind}')
