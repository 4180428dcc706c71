"""How large the test's school is."""

CLASS = "class:5"
PEOPLE = 120
# How many of them are in the class: SES gives a new account 14 mails a second.
CLASSMATES = 24
# Who has a number; each text is a call of its own.
TEXTED = 6
CHUNKS = ("email", "sms")
