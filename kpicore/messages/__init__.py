"""The words of the interface in each language, and the sentences of reasons."""

from kpicore.messages.appraisal import appraisal_text as appraisal_text
from kpicore.messages.appraisal import occasion_text as occasion_text
from kpicore.messages.reason import reason_text as reason_text
from kpicore.messages.words import Messages as Messages
from kpicore.messages.words import catalogue as catalogue
from kpicore.messages.words import language_of as language_of
from kpicore.messages.words import placeholders as placeholders
