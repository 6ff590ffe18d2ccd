"""WeChat Pay and Alipay by their own SDKs; nothing here knows our tables."""
