"""What a question is before the articles are read for it.

small_talk.py  greetings, thanks and the like, which the articles are not searched for
collection.py  questions about the collection itself
length.py      one that is longer than any question is
parts.py       several questions put at once
follow_up.py   a question put after others
"""
