"""What a page shows and a person moves: labs, quizzes, reveals."""
