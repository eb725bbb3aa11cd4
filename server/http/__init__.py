"""What the three HTTP edges share: errors, bodies, tokens, paging, limits."""
