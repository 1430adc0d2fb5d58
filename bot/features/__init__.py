"""The features: each folder is one thing people do with the bot."""
