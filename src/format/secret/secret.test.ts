import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collectFileValues } from "./file-values.ts";
import { findInText } from "./find-in-text.ts";
import { maskArguments } from "./mask-arguments.ts";
import { isSecretContent } from "./secret-content.ts";
import { isSecretName, secretNameKind } from "./secret-name.ts";
import { isSecretPath } from "./secret-path.ts";
import { isSecretValue, isTelling } from "./secret-value.ts";
import { createStreamMasker } from "./stream-masker.ts";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

describe("names", () => {
  const SECRET = words(`
    PASSWORD DB_PASSWORD db-password dbPassword PGPASSWORD MYSQL_PWD MYSQL_ROOT_PASSWORD REDIS_AUTH REDISCLI_AUTH pass DB_PASS db_pw rootpw
    TOKEN GITHUB_TOKEN npm_config__authToken _authToken accessToken api_key API_KEY apiKey APIKEY X-Api-Key PRIVATE-TOKEN SECRET SECRET_KEY
    SECRET_KEY_BASE AWS_SECRET_ACCESS_KEY client_secret clientSecret passphrase --password -storepass --auth-token requirepass credentials
    ENCRYPTION_KEY JWT_SECRET APP_KEY wifi_psk`);
  const WEAK = words("KEY SSL_KEY AUTH_SALT session_cookie SIGNATURE user_pin");
  const HARMLESS = words(`
    PWD OLDPWD PATH HOME PASSWORD_FILE POSTGRES_PASSWORD_FILE --password-file --password-stdin PASS_MAX_DAYS PASS_MIN_LEN tokenize tokenizer
    TOKENIZERS_PARALLELISM passwd-file NOPASSWD --disabled-password --no-password proxy_pass fastcgi_pass PUBLIC_KEY author monkey keyboard
    compass bypass passive TOKEN_URL token_type PasswordAuthentication PermitRootLogin password_hash_algorithm max_tokens SECRET_NAME
    secretName GPG_KEY gpgkey signed-by ssl_certificate USER EDITOR`);
  test.each(SECRET)("%s is secret", (name) => expect(isSecretName(name)).toBe(true));
  test.each(WEAK)("%s is secret where its value is random", (name) => expect(secretNameKind(name)).toBe("weak"));
  test.each(HARMLESS)("%s is not", (name) => expect(isSecretName(name)).toBe(false));
  test("a fingerprint is no secret", () => expect(secretNameKind("GPG_KEY")).toBe("harmless"));
});

describe("values", () => {
  const SECRET = [
    "AKIAIOSFODNN7EXAMPLE",
    `ghp_${"a".repeat(36)}`,
    "postgres://u:s3cret@h/d",
    "-----BEGIN RSA PRIVATE KEY-----\nx\n",
    "x $6$salt$0123456789012345678901",
  ];
  const HARMLESS = [
    "",
    "hello",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "https://h/p",
    "https://user@h/p",
    "/usr/bin",
    "http://h:80/x@y",
  ];
  test.each(SECRET)("%s is secret", (value) => expect(isSecretValue(value)).toBe(true));
  test.each(HARMLESS)("%s is not", (value) => expect(isSecretValue(value)).toBe(false));

  const TELLING = ["s3cret", "hunter2-Pa55", "correcthorse", "Passw", "pa-ss"];
  const EVERYWHERE = ["", "root", "postgres", "secret", "hunter", "changeme", "123456", "1234567", "abc", "$PW", "/run/x", "***"];
  test.each(TELLING)("%s is masked everywhere", (value) => expect(isTelling(value)).toBe(true));
  test.each(EVERYWHERE)("%j is not", (value) => expect(isTelling(value)).toBe(false));
});

describe("paths", () => {
  const SECRET = words(`
    /root/.netrc ~/.netrc .pgpass /home/a/.ssh/id_rsa id_ed25519 /root/.aws/credentials /root/.docker/config.json /root/.git-credentials
    /etc/nginx/.htpasswd /etc/ssh/ssh_host_rsa_key /opt/app/key.p12 /opt/app/store.jks /run/secrets/db /root/.kube/config /root/.vault-token
    /etc/app/db_password /opt/token.txt /srv/api-key /root/.gnupg/private-keys-v1.d/AB.key password.txt`);
  const HARMLESS = words(`
    /root/.ssh/id_rsa.pub /root/.ssh/known_hosts /root/.ssh/config /etc/passwd /etc/shadow /usr/bin/passwd /etc/pam.d/common-password
    /usr/share/doc/x/token /etc/ssl/certs/ca.pem /etc/apt/keyrings/x.gpg /opt/app/config.json /root/.npmrc /opt/app/.env /etc/cron.daily/passwd
    /opt/app/tokens.py /opt/app/secrets.py /run/nginx.pid /opt/app/passwords.html /usr/lib/python3/secrets /opt/kube/config`);
  test.each(SECRET)("%s holds a secret", (path) => expect(isSecretPath(path)).toBe(true));
  test.each(HARMLESS)("%s need not", (path) => expect(isSecretPath(path)).toBe(false));
});

describe("contents", () => {
  const SECRET: readonly string[] = [
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA75b2Xv8ab1\n-----END RSA PRIVATE KEY-----\n",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBFw6F2sBCADEh4fjd8sk3mf93j",
    '{"private_key": "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEF\\n"}',
    "\0-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n",
    "user: me\npassword: hunter2 # mine\n",
    "spring.datasource.password=s3cret1\n",
    "const client = connect({ user: 'me', password: 'x7-aa!' });\n",
    "SSL_KEY=9f8a7b6c5d4e3f2a1b0c9d8e\n",
    "DB_HOST=db\nDB_PASSWORD=hunter\n",
    "export API_TOKEN=abc\n",
    "password = s3cret\n",
    'password: "x7-aa!"\n',
    '{"auths": {"r": {"password": "s3cret1"}}}',
    "//registry.npmjs.org/:_authToken=npm_abc123\n",
    "requirepass s3cret\n",
    "[client]\nuser=root\npassword=s3cret\n",
    "root:$6$saltsalt$abcdefghijklmnopqrstuvwxyz:19000:0:99999:7:::\n",
    "me:$apr1$saltsalt$abcdefghijklmnopqrstuv\n",
    "db: postgres://u:s3cret@h/d\n",
    "machine x login y password zzz\n",
    "CREATE USER a PASSWORD 'abc';\n",
    "a known-Value-1 b",
  ];
  const HARMLESS: readonly string[] = [
    "",
    "# password = s3cret\n; token=abc123x\n  // secret: 'abc123x'\n",
    "PASS_MAX_DAYS 99999\n",
    "passwd: files systemd\ngroup: files\n",
    "root:*:19000:0:99999:7:::\napp:!:19000::::::\n",
    "root:x:0:0:root:/root:/bin/bash\n",
    "def login(user, password=None, token: str = ''):\n  self.password = password\n  token = next(it)\n  key = keys[0]\n",
    "const password = config.password;\nlet apiKey = process.env.API_KEY;\n",
    "password: Optional[str] = None\n  def f(password: typing.Optional[bytes], pw=pw[:-1]):\n  token = line[start:pos]\n",
    "  secretKey: Uint8Array;\n  session: ClientHttp2Session,\n  const token = item[field]\n  return { token: result[idx] || match, pass: x1 };\n",
    "Token: '#ffffff', Token.String: \"#AB0909\",\n  password = ':****'\n  print(f'password={password!r}')\n",
    "SIGNATURE_HMAC = SIGNATURE_HMAC_SHA1\nRSA_WITH_MD5: 'md5WithRSAEncryption',\nkey_node.tag == 'tag:yaml.org,2002:value'\n",
    "secret = $insta::secret # pass:insta\nprivate_key = $dir/private/cakey.pem\nref = $insta::ref\n",
    "'proxy-authorization: basic ...'\nauthorization = authorization.split()\nheaders['Authorization'] = auth[0]\n",
    "START = '-----BEGIN OPENSSH PRIVATE KEY-----'\nEND = '-----END OPENSSH PRIVATE KEY-----'\n",
    "/^-----BEGIN OPENSSH PRIVATE KEY-----(?:\\r\\n|\\n)([\\s\\S]+)/\n",
    "scheme://[user:passwd@]proxy.server:port or http://abc:xyz@example.com or http://username:password@host/\n",
    "password combination.\nself.password {self.password}\n",
    "password: ${DB_PASSWORD}\ntoken: {{ token }}\nsecret: <your secret>\n",
    "location / { proxy_pass http://127.0.0.1:3000; }\n",
    "ssl_certificate_key /etc/ssl/private/k.pem;\n",
    "PasswordAuthentication no\n",
    "%sudo ALL=(ALL) NOPASSWD: ALL\n",
    "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n",
    "-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----\n",
    "password required pam_unix.so\n",
    "unknown-Value-1 and known-Value-12",
    "input type=password name=pw\n",
    "DB_PASSWORD_FILE=/run/secrets/db\n",
    "\0\0DB_PASSWORD=hunter\n",
  ];
  const known = ["known-Value-1"];
  test.each(SECRET)("%j is secret", (text) => {
    expect(isSecretContent(text, known)).toBe(true);
    expect(isSecretContent(Buffer.from(text), known)).toBe(true);
  });
  test.each(HARMLESS)("%j is not", (text) => {
    expect(isSecretContent(text, known)).toBe(false);
    expect(isSecretContent(Buffer.from(text), known)).toBe(false);
  });
  test("a setting of a secret name is found however it is written", () => {
    const name = fc.constantFrom(...words("password DB_PASSWORD dbPassword api-key --token $SECRET accessToken app.jwt.secret"));
    const before = fc.constantFrom("", "  ", "x=1, ", "{", "a\\n", "a\\t", "'", "say ", "(");
    const quote = fc.constantFrom("", '"', "'");
    const sign = fc.constantFrom("=", ":", ": ", " = ", ":=", " => ", "+=", " == ");
    fc.assert(
      fc.property(before, quote, name, sign, quote, (start, open, word, is, around) => {
        const value = "x7-aa!b2";
        const found = findInText(`${start}${open}${word}${open}${is}${around}${value}${around}\n`);
        expect(found.map((span) => span.name)).toContain(word.replace(/^[-$]+/, ""));
      }),
    );
  });
  test("a known value with any letters is found in bytes too", () => {
    expect(isSecretContent(Buffer.from("\0x pässwört-1 y"), ["pässwört-1"])).toBe(true);
  });
});

describe("values of a file that holds a secret", () => {
  const CASES: readonly (readonly [string, readonly string[]])[] = [
    ["x7-aa!b2\n", ["x7-aa!b2"]],
    ["db:5432:app:me:x7-aa!b2\n", ["db:5432:app:me:x7-aa!b2", "x7-aa!b2"]],
    ["machine x login y password zzz9\n", ["zzz9"]],
    ["user: me\npassword: hunter2 # mine\n", ["hunter2"]],
    ["DB_HOST=db\nDB_PASSWORD=hunter\n", ["hunter"]],
    ["postgres://u:s3cret@h/d\n", ["s3cret"]],
    ["word=x7-aa!b2\n", ["word=x7-aa!b2", "x7-aa!b2"]],
    ["some words of prose\n", []],
    [`${"line\n".repeat(21)}`, []],
    ["", []],
  ];
  test.each(CASES)("%j", (text, values) => expect(collectFileValues(text)).toEqual(values));
});

describe("arguments", () => {
  const CASES: readonly (readonly [readonly string[], readonly string[]])[] = [
    [
      ["mysql", "-uroot", "-ps3cret"],
      ["mysql", "-uroot", "-p***"],
    ],
    [
      ["sh", "-c", "echo 'a:s3cret' | chpasswd"],
      ["sh", "-c", "echo 'a:***' | chpasswd"],
    ],
    [
      ["tool", "--password", "two words"],
      ["tool", "--password", "***"],
    ],
    [
      ["env", "DB_PASSWORD=it's me", "x"],
      ["env", "DB_PASSWORD=***", "x"],
    ],
    [
      ["redis-server", "--requirepass", "s3cret"],
      ["redis-server", "--requirepass", "***"],
    ],
    [
      ["echo", "a s3en b", "s3en"],
      ["echo", "a *** b", "***"],
    ],
    [
      ["ls", "-l", ""],
      ["ls", "-l", ""],
    ],
    [[], []],
  ];
  test.each(CASES)("%j", (argv, masked) => {
    expect(maskArguments(argv, ["s3en"]).argv).toEqual(masked);
  });
});

describe("streams", () => {
  const text = `start s3cret-Value x ghp_${"a".repeat(40)} y postgres://u:s3cret@h/d z -----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- end s3cret-Valu`;
  const masked = "start *** x *** y postgres://u:***@h/d z -----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY----- end s3cret-Valu";
  test("are masked wherever they are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length })), (cuts) => {
        const mask = createStreamMasker(["s3cret-Value"]);
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
        expect(chunks.map((chunk) => mask(chunk)).join("") + mask.flush()).toBe(masked);
      }),
    );
  });
  test("that hold nothing secret pass unchanged", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z \r\n\u001b[\]]*$/)), (chunks) => {
        const mask = createStreamMasker(["s3cret-Value"]);
        expect(chunks.map((chunk) => mask(chunk)).join("") + mask.flush()).toBe(chunks.join(""));
      }),
    );
  });

  test.each([
    ["DB_PASSWORD=hunter2-x\r\n$ ", "DB_PASSWORD=***\r\n$ "],
    ["name: x\r\npassword: 'tr0ub4dor!'\r\n", "name: x\r\npassword: '***'\r\n"],
    ["Setting password for user (1/2)\r\n", "Setting password for user (1/2)\r\n"],
  ])("a program that prints %j", (text, wanted) => {
    for (const size of [3, 7, text.length]) {
      const mask = createStreamMasker([]);
      let out = "";
      for (let at = 0; at < text.length; at += size) out += mask(text.slice(at, at + size));
      expect(out + mask.flush()).toBe(wanted);
    }
  });
});
