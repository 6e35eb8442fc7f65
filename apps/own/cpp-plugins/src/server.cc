#include <arpa/inet.h>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iconv.h>
#include <netdb.h>
#include <pwd.h>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
std::string call(const std::string &, const std::string &, const std::string &);
static std::string slurp(const std::string &p) { std::ifstream f(p); std::stringstream s; s << f.rdbuf(); return f ? s.str() : "no file"; }
static std::string answer(const std::string &path) {
  const std::string home = "/opt/server";
  if (path == "/") return "hello plugins";
  if (path == "/upper") return call(home + "/plugins", "upper", "abc");
  if (path == "/count") return call(home + "/plugins", "count", "abcd");
  if (path == "/message") return slurp(home + "/share/messages/en.txt");
  if (path == "/german") return std::setlocale(LC_ALL, "de_DE.UTF-8") ? std::string("komma ") + localeconv()->decimal_point : "no locale";
  if (path == "/tz") { setenv("TZ", "America/New_York", 1); tzset(); time_t t = 0; char b[16]; strftime(b, 16, "%Z", localtime(&t)); return b; }
  if (path == "/latin") { iconv_t c = iconv_open("ISO-8859-15", "UTF-8"); return c == (iconv_t)-1 ? "no iconv" : "latin ok"; }
  if (path == "/user") { passwd *p = getpwnam("daemon"); return p ? std::string("uid ") + std::to_string(p->pw_uid) : "no user"; }
  if (path == "/host") { addrinfo *r = nullptr; return getaddrinfo("localhost", "80", nullptr, &r) == 0 ? "host ok" : "no host"; }
  if (path == "/shell") return std::system("echo x | grep -q x") == 0 ? "shell ok" : "no shell";
  return "";
}
int main() {
  std::signal(SIGPIPE, SIG_IGN); std::signal(SIGTERM, [](int) { _exit(0); });
  int s = socket(AF_INET, SOCK_STREAM, 0), one = 1; setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in a{}; a.sin_family = AF_INET; a.sin_port = htons(8081);
  if (bind(s, (sockaddr *)&a, sizeof a) || listen(s, 16)) return 1;
  for (;;) {
    int c = accept(s, nullptr, nullptr); char b[2048]; ssize_t n = read(c, b, sizeof b - 1); if (n <= 0) { close(c); continue; }
    b[n] = 0; char *p = strchr(b, ' '); char *e = p ? strchr(p + 1, ' ') : nullptr; std::string body = e ? answer(std::string(p + 1, e)) : "";
    std::string r = (body.empty() ? "HTTP/1.0 404 Not Found\r\n" : "HTTP/1.0 200 OK\r\n") + ("Content-Length: " + std::to_string(body.size())) + "\r\n\r\n" + body;
    if (write(c, r.data(), r.size()) < 0) {} close(c);
  }
}
