#include <string>
#include <dlfcn.h>
using F = const char *(*)(const char *);
std::string call(const std::string &folder, const std::string &name, const std::string &text) {
  void *h = dlopen((folder + "/" + name + ".so").c_str(), RTLD_NOW);
  if (!h) return std::string("error ") + dlerror();
  F f = reinterpret_cast<F>(dlsym(h, "apply"));
  return f ? f(text.c_str()) : "no apply";
}
