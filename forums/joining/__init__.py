"""How a table gains members: applications for a seat, decisions and appeals, and questions asked before."""
