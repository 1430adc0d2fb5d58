"""Buddies bring newcomers and volunteers together to speak German.

Both answer a few questions in taps, a coordinator proposes, both say yes before anything is shared.
Hard limits first (with whom somebody is comfortable, when, how many at once), and a kind end at any time.
"""

from bot.chat.feature import Action, Command, Feature, MenuEntry
from bot.chat.guards import anyone, is_coordinator
from bot.core.condition import COORDINATES
from bot.core.personal_data import PersonalData, table_data
from bot.core.translation import B_, N_
from bot.features.buddies import conversation, coordinator, handlers, jobs, messages, queries, rules, services
from bot.features.buddies.models import BuddyApart, BuddyMatch, BuddyOffer, BuddyRequest, proposed

FEATURE = Feature(
    name="buddies",
    commands=(
        Command("buddy", handlers.on_buddy, anyone, N_("Language buddies"), ("buddy", "tandem")),
        Command("buddies", coordinator.on_desk, is_coordinator, N_("Who waits for a buddy")),
    ),
    actions=(
        *(
            Action(f"{base}{name}", handlers.on_side(act, side), anyone)
            for side, base in messages.ACTIONS.items()
            for name, act in handlers.WISH_ACTIONS.items()
        ),
        Action("buddy.match", handlers.on_match, anyone),
        Action("buddy.accept", handlers.on_accept, anyone),
        Action("buddy.decline", handlers.on_decline, anyone),
        Action("buddy.end", handlers.on_end, anyone),
        Action("buddy.end.sure", handlers.on_end_sure, anyone),
        Action("buddy.desk", coordinator.on_desk, is_coordinator),
        Action("buddy.fits", coordinator.on_fits, is_coordinator),
        Action("buddy.propose", coordinator.on_propose, is_coordinator),
        Action("buddy.pairs", coordinator.on_pairs, is_coordinator),
        Action("buddy.pair", coordinator.on_pair, is_coordinator),
        Action("buddy.pair.end", coordinator.on_pair_end, is_coordinator),
    ),
    forms=(conversation.REQUEST, conversation.OFFER),
    renderers={
        "buddy.match": handlers.render_match,
        "buddy.desk": coordinator.render_desk,
        "buddy.fits": coordinator.render_fits,
        "buddy.news": coordinator.render_news,
    },
    jobs={"buddy.lapse": jobs.lapse},
    refusals={
        rules.Taken: coordinator.taken,
        rules.NoLongerFits: coordinator.no_longer_fits,
        rules.NoLongerOpen: messages.no_longer_open,
    },
    menu=(
        MenuEntry(50, B_("🤝 Find a language buddy"), "buddy.request", queries.HAS_REQUEST),
        MenuEntry(55, B_("🤝 Be a language buddy"), "buddy.offer", queries.MAY_OFFER),
        MenuEntry(60, B_("🤝 Buddies"), "buddy.desk", COORDINATES),
    ),
    # The matches go before the requests and offers, whose places they give back.
    personal_data=(
        PersonalData("buddy_matches", (BuddyMatch, BuddyApart), jobs.matches_shown, services.forget_matches),
        table_data("buddy_request", BuddyRequest),
        table_data("buddy_offer", BuddyOffer),
    ),
    awaiting={"buddy.match": proposed},
    unreachable=services.flag_unreachable,
)
