"""What privacy does: each act is one function that asks its policy and records who acted."""
