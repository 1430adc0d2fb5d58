"""Stories of the door and the hall."""

from tests.support.town import Town


async def test_the_first_thing_asked_is_the_language_and_the_phones_own_comes_first(town: Town) -> None:
    amal = town.stranger(101, "Amal", "ar")
    await amal.says("/start")
    amal.sees("Please choose your language", "اختر لغتك")
    assert amal.captions[0].startswith("العربية")


async def test_whatever_comes_first_the_language_is_asked_before_it(town: Town) -> None:
    tom = town.stranger(101, "Tom", "en")
    await tom.says("hello, I want to help")
    tom.sees("Please choose your language")


async def test_a_language_can_be_changed_at_any_time(town: Town) -> None:
    tom = await town.someone(101, "Tom", "en")
    await tom.says("/language")
    await tom.presses("Deutsch")
    assert tom.person().locale == "de"


async def test_changing_the_language_inside_a_form_keeps_the_form(town: Town) -> None:
    tom = await town.someone(101, "Tom", "en")
    await tom.presses("I want to help", "I agree")
    await tom.says("/language")
    await tom.presses("English")
    tom.sees("What may we call you")


async def test_help_lists_what_a_person_may_do_and_no_more(town: Town) -> None:
    tom = await town.someone(101, "Tom", "en")
    await tom.says("/help")
    assert "/broadcast" not in tom.last
    clara = await town.someone(102, "Clara", "en")
    town.appoint(clara, town.organisation())
    await clara.says("/help")
    clara.sees("/broadcast")


async def test_a_command_word_is_understood_in_any_language(town: Town) -> None:
    tom = await town.someone(101, "Tom", "en")
    await tom.says("Hilfe!")
    tom.sees("the buttons lead you everywhere")


async def test_cancel_without_anything_open_says_so(town: Town) -> None:
    tom = await town.someone(101, "Tom", "en")
    await tom.says("/cancel")
    tom.sees("nothing to stop")


async def test_the_command_menu_follows_language_and_role(town: Town) -> None:
    tom = await town.someone(101, "Tom", "en")
    everybody = {command.command for command in town.telegram.commands_for(tom.id)}
    assert "start" in everybody
    assert "broadcast" not in everybody
