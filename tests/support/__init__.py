"""What the tests stand on: stores, a town with its people, and readers of what they see."""
