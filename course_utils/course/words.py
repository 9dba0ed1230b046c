"""The words that the course says about itself."""

READY = "Everything is in place: {tables} tables, and your answers can be kept."
NOT_READY = "{problems} Then run this cell again."
LACKS = "The package {name} is missing: start the course with start.py, which installs it."
NO_SAVING = "The folder {folder} can't be written ({reason}): copy the course to one that can."
NO_RECORD = "{obstacle} See that {file} and {file}.lock are yours to write."
BAD_FILES = (
    "Missing, or not as the course made them: {files}. Make them again with `{command}`; your "
    "answers are not touched."
)
AND_MORE = "{names} and {count} more"

# Where you are
CHAPTER = "chapter"
MINUTES = "minutes"
DONE = "done"
QUIZ = "quiz"
REGRET = "given up, yuan"
NEXT = "Next: {what} in "
NOT_BEGUN = "Begin with "
FINISHED = "You have done everything. Make your summary: course.summary()"
CALIBRATED = "Where the truth fell in your ranges, low end at 0 and high end at 1: {places}."
RANGES = "your ranges"
RANGES_X = "place of the truth in your range"
LOW_END = "low end"
HIGH_END = "high end"

# The glossary
SEARCH = "Search"
SEARCHED = "{found} of {all} terms"
NARROW = ', the first {shown} shown: type a word, or "chapter 3"'
IN_CHAPTER = "chapter {number}"

# Saving and bringing back
SAVE = "Save my work"
SAVE_ALT = "Makes one file of your notebooks, answers and verdicts"
SAVED = (
    "Saved. Download {link} and keep it: your notebooks as they are on disk, and all your answers, "
    "verdicts, decisions and quiz results."
)
CODE = "Or keep this code, in a message to yourself. It carries the same without the notebooks:"
NOT_SAVED = (
    "Not in it: {names}. Left out is what is no whole notebook, too large, in a folder of its own, "
    "or has a name that no other computer takes."
)
NO_FILE = "No file could be made of your work ({reason})."
CAN_NOT_SAVE = "On this disk it could not be written ({reason})."
BRING_BACK = "Bring my work back"
UPLOAD = "Saved file"
PASTE = "Code"
PASTE_HINT = "Paste a code here; spaces and line breaks don't matter"
NOTHING_GIVEN = (
    "No file has arrived, and no code is here: choose the file that you saved, or paste your code, "
    "then press the button. If a file that you chose never arrives, use the code."
)
BROUGHT = "{count} answers, verdicts and decisions are back."
BROUGHT_NONE = "All of that was here already; nothing was changed."
NOTEBOOKS_BACK = "Notebooks are as you left them; close their tabs and open them again: {names}."
NOT_BACK = (
    "Not brought back: {names}. Left out is what is damaged, no notebook, or has a name that this "
    "computer does not take."
)
UNREAD = "Lines of the record that could not be read, and so left out: {count}."
NOT_WRITTEN = "Could not be written ({reason}): {names}."
KEPT = "What stood in their place is kept in {folder}: {names}."
UNKNOWN_ITEMS = "Left out, as this edition asks nothing of the kind: {count} of the code's entries."
NOT_RESTORED = "Could not be brought back: {items}. {reason}"
NOT_RESET = "It could not be written ({reason}). Your notebook is as it was."
RESET = (
    "{name} is as new: close its tab and open it again. Your answers on record stay, and your "
    "notebook is kept as {kept}."
)
RESET_NEW = "{name} is as new: close its tab and open it again."
NO_CHAPTER = "There is no chapter {number}. There are: {known}."
BINDER = (
    "You are on Binder. A session ends after about ten idle minutes, and what was not saved goes "
    "with it: save now and then."
)

# The summary
SUMMARY = "Your summary: {links}."
SUMMARY_TITLE = "E-commerce operations, audited: what you found"
SCORES = "Your scores"
VERDICTS = "Your verdicts beside the truth"
VERDICT_HEAD = ["", "verdict", "your range", "the truth", "the slide", "unit"]
DECISIONS = "Your decisions"
DECISION_HEAD = ["", "decision", "your choice", "given up, yuan"]
LEARNT = "What you can do now"
NONE_YET = "None yet."

# The class board
TAKEN_IN = "New: {new}. On the board: {all}."
UPDATED = "Updated: {count}."
TWICE = "Here already: {count}."
NAMESAKES = "Other people of the same name: {names}."
REFUSED = "{count} × {reason} In {lines}."
NOT_THIS_CHAPTER = "It holds nothing of chapter {numbers} as it is now."
NOT_A_FILE = "This is no file, or its content is not on this machine."
TOO_LARGE = "No work of the course is as large as this file."
NOT_OPENED = "This file could not be opened ({reason})."
NOT_OURS = "The record in this file is none that the course has made."
SLIDE = "the slide"
TRUTH = "the truth"
TRAINEES = "trainees"
THE_BEST = "the best"
GIVES_UP = "gives up {regret}"
CLASS_RANGES = (
    "{count} ranges for {number}: the slide says {claim}, the class's middle is {middle}."
)
NO_RANGES = "No range for {number} yet: the slide says {claim}."
BEYOND = "Beyond the picture, with an arrow at its rim: {count}."
FROM_THE_TOP = "From the top: {listed}."
CLASS_HELD = "The truth is {truth}: {held} of {count} hold it; careful analysts' do 9 in 10."
CLASS_CHOICES = "Choices for {number}. {listed}."
CALIBRATION_VIEW = "How often the class's ranges held the truth"
CAREFUL = "careful analysts"
SHARE_HELD = "ranges that held the truth"
CLASS_CALIBRATION = (
    "{held} of {total} ranges held the truth; careful analysts' do 9 in 10. By verdict: {listed}."
)
COVERED = "Once there are ranges, tick Reveal the truth to see it."
BOARD = "The class board: paste the class's codes, choose a question, reveal."
PASTE_CODES = "Paste the class's chat with its codes here"
FOLDER = "Or folder"
NO_FOLDER = "There is no folder {folder}."
TAKE_IN = "Take in"
SHOW = "Show"
REVEAL = "Reveal the truth"
EXPORT = "Save table and picture"
START_TIMER = "Start the timer"
NOBODY = "Nobody is on the board yet."
SLIPS = "Slips that were made"
SLIPS_HEAD = ["exercise", "given", "what the check said", "trainees"]
FINISHED_VIEW = "Who has done how much"
FINISHED_HEAD = ["done", "trainees", ""]

# A live round
ROUND = "A live round: the class guesses in its chat, you paste the chat here, then reveal."
PASTE_GUESSES = "Paste the class's chat here: a name and a number a line"
GUESSES = "Guesses: {count}."
NO_ONE_NUMBER = "Lines without exactly one number: {count} ({lines})."
NO_GUESS = "Write your guess into the chat: one number."
MIDDLE = "the class's middle"
CLASS_GUESSES = "Guesses: {count}. The middle is {middle} {unit}."
OUTCOME = "It is {truth} {unit}{nearest}. The lab: {said}"
NEAREST = "; nearest: {names}"
NO_ROUND = "Chapter {number} has no round {name}. It has: {known}."
