"""What is said in the story; apart from the stage, which needs Django."""

TEXT = "厨房水管漏水，地上都是水"
