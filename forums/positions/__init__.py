"""Policy positions: from the question over wordings and stances to the adopted text and its uses."""
