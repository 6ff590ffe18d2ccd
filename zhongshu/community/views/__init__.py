"""Pages of community: visits, surveys, and the page behind a link."""
