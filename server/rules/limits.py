"""Every number that bounds what a person may write or upload. Lengths are in characters (code points) unless the name
says otherwise. Apps learn them from `/api/v2/instance`, forms from `maxlength`; both read them here.
"""

TITLE = 120  # one line on a phone held upright, and what fits a subject line
SECTION = 5_000  # about two printed pages for each answer: longer belongs into a document that is linked
COMMENT = 5_000  # as long as a section, so that an answer to one never has to be shorter than it
STATUS = 5_000  # what apps are told: a whole proposal with its labels fits
STATUS_URL = 23  # a web address counts as this many, as apps expect from Mastodon
SPOILER = 500  # a content warning is a sentence or two
ABSTRACT = 500  # the AP `summary`: what servers show that do not open the whole text

DISPLAY_NAME = 100  # "Rosa Marchetti, Canal Row Tenants' Group" with room
ROLE = 80  # "Support worker, night shift"; also places
BIO = 2_000  # one screen
FIELDS = 8  # profile rows; more turn a profile into a page
FIELD_NAME = 100
FIELD_VALUE = 500
NAME = 30  # the part before the @: as long as Mastodon allows
SLUG = 40  # topic slugs are names too, made of several words
TOPIC_NAME = 100
ROSTER = 50
TOPIC_SUMMARY = 2_000
HASHTAG = 100  # longer ones are refused by some servers

MENTIONS = 50  # people one post may notify: more is a mailing, and each costs a look-up
HASHTAGS = 30

POLL_OPTIONS_MIN = 2
POLL_OPTIONS_MAX = 8
POLL_OPTION = 100
POLL_SECONDS_MIN = 300  # five minutes: a show of hands in a meeting
POLL_SECONDS_MAX = 2_678_400  # 31 days

MEDIA_PER_POST = 4  # apps lay out four pictures and hide the rest
MEDIA_FROM_ELSEWHERE = 16  # other servers allow more than four; what is beyond this is dropped, not refused
MEDIA_ALT_TEXT = 1_500
IMAGE_BYTES = 16 * 1024 * 1024  # a photograph from a present phone, unedited
IMAGE_PIXELS = 33_177_600  # 7680 × 4320; checked before decoding, so a small file cannot fill the memory
DOCUMENT_BYTES = 10 * 1024 * 1024  # a scanned letter of some twenty pages
AVATAR_BYTES = 4 * 1024 * 1024

SEARCH_QUERY = 200
GENESIS_BYTES = 4_096  # a topic's genesis holds four short texts; more is no genesis
REMOTE_HTML = 200_000  # what a post from elsewhere may hold before it is cut to its plain text
