#include <cctype>
#include <string>
extern "C" const char *apply(const char *t) { static std::string s; s = t; for (auto &c : s) c = toupper(c); return s.c_str(); }
