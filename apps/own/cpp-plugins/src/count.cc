#include <cstring>
#include <string>
extern "C" const char *apply(const char *t) { static std::string s; s = "count " + std::to_string(strlen(t)); return s.c_str(); }
