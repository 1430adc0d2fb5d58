"""The organisations behind the desk."""


from bot.chat.feature import Feature  # placeholder by the lead so that bot.app imports; replace all of it

FEATURE = Feature(name="organisations")
