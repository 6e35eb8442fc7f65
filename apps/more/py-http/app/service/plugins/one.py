def text(): return "plugin one"
