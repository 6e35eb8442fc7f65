import type { KeepLevel } from "../closure.ts";

/** Files that a kept path may load by a name made at run time. Globs: `*` within one name, `**` any depth, `%` the folder of the kept path. */
export interface Family {
  readonly name: string;
  readonly level: KeepLevel;
  /** A kept path (real) that starts the family. */
  readonly when: RegExp;
  /** The kept file must be a program or library that imports this name too. */
  readonly imports?: string;
  /** The kept file must be a program that brings most libraries with it, as those of Go and Rust do, and have this text in it. */
  readonly mentions?: string;
  readonly keep: readonly string[];
  readonly but?: RegExp;
}

/** The C++ library and the everyday tools import the conversion for rare ends of their own; nothing follows from that. */
const CONVERTS =
  /^(?!.*\/(?:libstdc\+\+|libasprintf|libunistring|libidn2)[^/]*$|\/(?:usr\/)?bin\/(?:bash|printf|cat|ls|sort|cut|wc|grep|sed|gawk|mawk|tar|find|xargs|date|env)$)/;

/** The character sets that texts come in; the rest are of mainframes and of one maker's machines. */
const COMMON_CHARACTER_SETS =
  "{gconv-modules*,UTF-*,UNICODE.so,ISO8859-*,CP125*,KOI8-*,EUC-JP.so,EUC-KR.so,EUC-CN.so,SJIS.so,CP932.so,BIG5.so,GBK.so,GB18030.so,UHC.so,ISO-2022-JP.so,ISO-2022-KR.so,IBM437.so,IBM85*,MACINTOSH.so,libJIS.so,libKSC.so,libGB.so,libJISX0213.so}";

const ANY = /./;
const ZONES_TWICE = /\/zoneinfo\/(?:right|posix)\//;
const MIME_TYPES = ["/etc/mime.types", "/usr/share/mime/**"];
const CERTIFICATES = [
  "/etc/ssl/**",
  "/usr/lib/ssl/**",
  "/usr/share/ca-certificates/**",
  "/usr/local/share/ca-certificates/**",
  "/etc/ca-certificates.conf",
  "/etc/pki/**",
];

/** One row a family. Sources: each program's documentation of where it looks for what it loads late. */
export const FAMILIES: readonly Family[] = [
  {
    name: "nss",
    level: "trace",
    when: /\/libc\.so\.6$/,
    keep: [
      "%/libnss_files.so.2",
      "%/libnss_dns.so.2",
      "%/libnss_compat.so.2",
      "%/libresolv.so.2",
      "/etc/host.conf",
      "/etc/gai.conf",
      "/etc/services",
      "/etc/protocols",
    ],
  },
  { name: "pthread-cancel", level: "trace", when: /\/libc\.so\.6$/, keep: ["%/libgcc_s.so.1"] },
  { name: "musl-names", level: "trace", when: /\/ld-musl-[^/]*\.so\.1$/, keep: ["/etc/services", "/etc/protocols", "/etc/apk/arch"] },
  {
    name: "time-zones",
    level: "module",
    when: /\/(?:libc\.so\.6|ld-musl-[^/]*)$/,
    keep: ["/usr/share/zoneinfo/**", "/etc/timezone"],
    but: ZONES_TWICE,
  },
  {
    name: "time-zones",
    level: "module",
    when: ANY,
    mentions: "/usr/share/zoneinfo",
    keep: ["/usr/share/zoneinfo/**", "/etc/timezone"],
    but: ZONES_TWICE,
  },
  {
    name: "c-locale",
    level: "module",
    when: /\/libc\.so\.6$/,
    keep: ["/usr/lib/locale/C.utf8/**", "/usr/lib/locale/locale-archive", "/etc/default/locale"],
  },
  {
    name: "character-sets",
    level: "module",
    when: CONVERTS,
    imports: "iconv_open",
    keep: [
      `/usr/{lib,lib64}/gconv/${COMMON_CHARACTER_SETS}`,
      `/usr/lib/*/gconv/${COMMON_CHARACTER_SETS}`,
      "/usr/lib/*/gconv/gconv-modules.d/*",
    ],
  },
  {
    name: "certificates",
    level: "module",
    when: /\/(?:libssl\.so[^/]*|libgnutls\.so[^/]*|libnss3\.so|libmbedtls[^/]*|libcrypto\.so[^/]*)$/,
    keep: CERTIFICATES,
    but: /\/ssl\/misc\//,
  },
  { name: "certificates", level: "module", when: ANY, mentions: "/etc/ssl/certs", keep: CERTIFICATES, but: /\/ssl\/misc\// },
  { name: "openssl-modules", level: "module", when: /\/libcrypto\.so[^/]*$/, keep: ["%/ossl-modules/*", "%/engines-*/*"] },
  { name: "sasl", level: "module", when: /\/libsasl2\.so[^/]*$/, keep: ["%/sasl2/*"] },
  { name: "krb5", level: "module", when: /\/libkrb5\.so[^/]*$/, keep: ["%/krb5/plugins/**", "/etc/krb5.conf"] },
  { name: "pkcs11", level: "module", when: /\/libp11-kit\.so[^/]*$/, keep: ["%/pkcs11/*", "/usr/share/p11-kit/**", "/etc/pkcs11/**"] },
  {
    name: "pam",
    level: "module",
    when: /\/libpam\.so[^/]*$/,
    keep: ["%/security/*", "/etc/pam.d/**", "/etc/security/**", "/etc/login.defs", "/etc/environment"],
  },
  { name: "sudo", level: "module", when: /\/libexec\/sudo\/[^/]*\.so$|\/lib\/sudo\/[^/]*\.so$/, keep: ["%/*"] },
  {
    name: "terminals",
    level: "module",
    when: /\/lib(?:tinfo|ncurses)[^/]*$/,
    keep: [
      "/lib/terminfo/**",
      "/usr/lib/terminfo/**",
      "/etc/terminfo/**",
      "/usr/share/terminfo/?/{xterm,xterm-256color,screen,screen-256color,tmux,tmux-256color,linux,vt100,vt220,dumb,ansi,rxvt}",
    ],
  },
  {
    name: "java",
    level: "module",
    when: /\/lib\/server\/libjvm\.so$/,
    keep: ["%/../*", "%/../security/**", "%/../../conf/**", "/etc/java*/**", "/etc/ssl/certs/java/**", "%/../../bin/{java,keytool}"],
    but: /\/(?:src\.zip|ct\.sym)$/,
  },
  { name: "python-encodings", level: "module", when: /\/lib\/python3[^/]*\/os\.py$/, keep: ["%/encodings/*.py"] },
  {
    name: "perl-library",
    level: "module",
    when: /\/perl-base\/strict\.pm$/,
    keep: ["%/**", "/usr/share/perl/*/PerlIO*", "/usr/lib/*/perl/*/PerlIO/*", "/usr/lib/*/perl/*/auto/PerlIO/**"],
    but: /\/unicore\/|\.pod$/,
  },
  {
    name: "perl-layers",
    level: "module",
    when: /\/perl5\/[\d.]+\/strict\.pm$/,
    keep: ["%/PerlIO.pm", "%/*-linux*/PerlIO/*", "%/*-linux*/auto/PerlIO/**"],
  },
  { name: "ruby-encodings", level: "module", when: /\/enc\/encdb\.so$/, keep: ["%/**"] },
  {
    name: "node-internals",
    level: "module",
    when: /\/share\/nodejs\/[^/]+\/package\.json$/,
    keep: ["%/**"],
    but: /\/(?:test|tests|docs?)\//,
  },
  {
    name: "node-packages",
    level: "module",
    when: /\/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/,
    keep: ["%/**"],
    but: /\/(?:test|tests|docs?|example|examples)\//,
  },
  { name: "icu-data", level: "module", when: /\/libicuuc\.so[^/]*$/, keep: ["%/libicudata.so*", "/usr/share/icu/**"] },
  { name: "php-extensions", level: "module", when: /\/lib\/php\/\d+\/[^/]+\.so$/, keep: ["%/*"] },
  {
    name: "php-settings",
    level: "module",
    when: /\/(?:libphp[\d.]*\.so|php[\d.]*|php-fpm[\d.]*)$/,
    keep: ["/etc/php/**", "/usr/share/php/**", "/var/lib/php/**"],
  },
  {
    name: "apache-modules",
    level: "module",
    when: /\/apache2\/modules\/[^/]+\.so$/,
    keep: ["/etc/apache2/**", "/usr/share/apache2/{error,icons}/**"],
  },
  { name: "magic", level: "module", when: /\/libmagic\.so[^/]*$/, keep: ["/usr/share/misc/magic*", "/usr/lib/file/*", "/etc/magic*"] },
  {
    name: "fonts",
    level: "module",
    when: /\/libfontconfig\.so[^/]*$/,
    keep: ["/etc/fonts/**", "/usr/share/fonts/**", "/usr/share/fontconfig/**"],
  },
  { name: "gdk-pixbuf", level: "module", when: /\/libgdk_pixbuf-[^/]*$/, keep: ["%/gdk-pixbuf-2.0/**"] },
  { name: "image-magick", level: "module", when: /\/libMagickCore-[^/]*$/, keep: ["%/ImageMagick-*/**", "/etc/ImageMagick-*/**"] },
  { name: "mime-types", level: "module", when: ANY, mentions: "/etc/mime.types", keep: MIME_TYPES },
  { name: "mime-types", level: "module", when: /\/(?:mimetypes\.py|libgio-[^/]*)$/, keep: MIME_TYPES },
  {
    name: "erlang",
    level: "module",
    when: /\/erts-[^/]+\/bin\/beam\.smp$/,
    keep: ["%/{erl*,inet*,heart*,escript}", "%/../../bin/{erl,escript,*.boot}", "%/../../releases/**"],
  },
  { name: "erlang-libraries", level: "module", when: /\/ebin\/[^/]+\.app$/, keep: ["%/../priv/**"] },
  {
    name: "mono",
    level: "module",
    when: /\/(?:bin\/mono(?:-sgen)?|libmono[^/]*\.so[^/]*)$/,
    keep: ["/usr/lib/libMono*.so", "/usr/lib/mono/{4.5,gac}/I18N*", "/usr/lib/mono/gac/I18N*/**", "/etc/mono/**"],
  },
  { name: "gawk", level: "module", when: /\/g?awk$/, keep: ["/usr/share/awk/**"] },
  {
    name: "lua",
    level: "module",
    when: /\/(?:liblua[^/]*|(?:lua|luajit)[\d.-]*)$/,
    keep: ["/usr/{share,lib}/lua/**", "/usr/local/{share,lib}/lua/**", "/usr/lib/*/lua/**"],
  },
  {
    name: "tcl",
    level: "module",
    when: /\/libtcl\d[^/]*$/,
    keep: ["/usr/{share,lib}/tcltk/**", "/usr/{share,lib}/tcl{8,9}*/**", "/usr/local/lib/{tcl,tcl8,tcl9}*/**"],
  },
  { name: "git", level: "module", when: /\/bin\/git$/, keep: ["/usr/lib/git-core/**", "/usr/share/git-core/**"] },
];
