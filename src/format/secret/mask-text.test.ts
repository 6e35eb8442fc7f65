import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collectSecretValues, maskText } from "./mask-text.ts";

const KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\nQyNTUxOQAAACDX\n-----END OPENSSH PRIVATE KEY-----";

/** Typed, and what is kept of it. */
const MASKED: readonly (readonly [string, string])[] = [
  // Assignments
  ["export DB_PASSWORD=hunter2-Pa55", "export DB_PASSWORD=***"],
  ["export DB_PASSWORD='hunter2 Pa55'", "export DB_PASSWORD='***'"],
  ['export DB_PASSWORD="hun\\"ter2"', 'export DB_PASSWORD="***"'],
  ["X_TOKEN=abc123 make release", "X_TOKEN=*** make release"],
  ["PGPASSWORD=s3cret psql -h db", "PGPASSWORD=*** psql -h db"],
  ["MYSQL_PWD=s3cret mysql", "MYSQL_PWD=*** mysql"],
  ["DB_PASS=a; export DB_PASS", "DB_PASS=***; export DB_PASS"],
  ["declare -x API_KEY=abcdef", "declare -x API_KEY=***"],
  ["apiKey=abcdef ./run", "apiKey=*** ./run"],
  ["env REDISCLI_AUTH=s3cret redis-cli ping", "env REDISCLI_AUTH=*** redis-cli ping"],
  ["docker run -e POSTGRES_PASSWORD=s3cret postgres", "docker run -e POSTGRES_PASSWORD=*** postgres"],
  ["SSL_KEY=9f8a7b6c5d4e3f2a1b0c9d8e ./x", "SSL_KEY=*** ./x"],
  ["SECRET_KEY_BASE=0123abcd rails s", "SECRET_KEY_BASE=*** rails s"],
  ["echo 'DB_PASSWORD=s3cret' >> /opt/app/.env", "echo 'DB_PASSWORD=***' >> /opt/app/.env"],
  ["echo \"password: 'x7!aa'\" > c.yml", "echo \"password: '***'\" > c.yml"],
  [`echo '{"password": "x7aa", "user": "u"}' > c.json`, `echo '{"password": "***", "user": "u"}' > c.json`],
  ['echo "{\\"password\\": \\"x7aa\\"}" > c.json', 'echo "{\\"password\\": \\"***\\"}" > c.json'],
  ["echo \"define('DB_PASSWORD', 'x7aa');\" >> wp.php", "echo \"define('DB_PASSWORD', '***');\" >> wp.php"],
  ["cat > app.ini <<EOF\n[db]\npassword = x7aa\nuser = me\nEOF", "cat > app.ini <<EOF\n[db]\npassword = ***\nuser = me\nEOF"],
  ["printf '[db]\\nuser = me\\npassword = x7aa\\n' > a.ini", "printf '[db]\\nuser = me\\npassword = ***\\n' > a.ini"],
  ['echo -e "DB_USER=me\\nDB_PASS=x7aa\\nA=b" > .env', 'echo -e "DB_USER=me\\nDB_PASS=***\\nA=b" > .env'],
  ["MYPASS=x7aa; echo bob:$MYPASS | chpasswd", "MYPASS=***; echo bob:$MYPASS | chpasswd"],
  ["COMPASS=north; lowpass=440", "COMPASS=north; lowpass=440"],
  ["cat > c.php <<'EOF'\n'password' => 'x7aa',\nEOF", "cat > c.php <<'EOF'\n'password' => '***',\nEOF"],
  ["cat > c.php <<'EOF'\n$dbPassword = 'x7aa';\nEOF", "cat > c.php <<'EOF'\n$dbPassword = '***';\nEOF"],
  ["sed -i 's/^password=.*/password=x7aa/' c.ini", "sed -i 's/^password=.*/password=***/' c.ini"],
  ["cat > a.py <<'E'\napp.secret_key = 'x7aa'\ntoken = x7aa\nE", "cat > a.py <<'E'\napp.secret_key = '***'\ntoken = ***\nE"],
  ["DB_SECRET=secret PASSWORD=my.own ./x", "DB_SECRET=*** PASSWORD=*** ./x"],
  // Options
  ["tool --password=s3cret run", "tool --password=*** run"],
  ["tool --password s3cret run", "tool --password *** run"],
  ["tool --password 's3 cret' run", "tool --password '***' run"],
  ["gh --token abcdef repo list", "gh --token *** repo list"],
  ["keytool -genkey -storepass changeit1 -keypass 'other1'", "keytool -genkey -storepass *** -keypass '***'"],
  ["openssl rsa -in k.pem -passin pass:s3cret -out o.pem", "openssl rsa -in k.pem -passin pass:*** -out o.pem"],
  ["aws configure set aws_secret_access_key wJalrXUtnFEMI", "aws configure set aws_secret_access_key ***"],
  ["npm config set //registry.npmjs.org/:_authToken=abcdef", "npm config set //registry.npmjs.org/:_authToken=***"],
  ["npm config set //registry.npmjs.org/:_authToken abcdef", "npm config set //registry.npmjs.org/:_authToken ***"],
  // Commands
  ["mysql -uroot -phunter2 app", "mysql -uroot -p*** app"],
  ["mysqldump -u root -p'hunter 2' app > d.sql", "mysqldump -u root -p'***' app > d.sql"],
  ["mysqladmin -u root password s3cret", "mysqladmin -u root password ***"],
  ["curl -u me:s3cret https://x/", "curl -u me:*** https://x/"],
  ["curl -sSfu 'me:s3cret' -u me:s3cret https://x/", "curl -sSfu 'me:***' -u me:*** https://x/"],
  ['curl --user "me:s3cret" https://x/', 'curl --user "me:***" https://x/'],
  ["sshpass -p s3cret ssh h", "sshpass -p *** ssh h"],
  ["sshpass -ps3cret ssh h", "sshpass -p*** ssh h"],
  ["htpasswd -bc /etc/nginx/.htpasswd me s3cret", "htpasswd -bc /etc/nginx/.htpasswd me ***"],
  ["mosquitto_passwd -c -b /etc/mosquitto/passwd me 's3cret'", "mosquitto_passwd -c -b /etc/mosquitto/passwd me '***'"],
  ["mosquitto_pub -u me -P s3cret -t x -m 1", "mosquitto_pub -u me -P *** -t x -m 1"],
  ["rabbitmqctl add_user me s3cret", "rabbitmqctl add_user me ***"],
  ["htpasswd -nbB me s3cret", "htpasswd -nbB me ***"],
  ["docker login -u me -p s3cret registry.x", "docker login -u me -p *** registry.x"],
  ["docker login --username me --password s3cret", "docker login --username me --password ***"],
  ["redis-cli -a s3cret ping", "redis-cli -a *** ping"],
  ["redis-cli config set requirepass s3cret", "redis-cli config set requirepass ***"],
  ["redis-server --requirepass s3cret &", "redis-server --requirepass *** &"],
  ["echo 'requirepass s3cret' >> /etc/redis/redis.conf", "echo 'requirepass ***' >> /etc/redis/redis.conf"],
  ["useradd -m -p s3cret deploy", "useradd -m -p *** deploy"],
  ["zip -P s3cret a.zip b", "zip -P *** a.zip b"],
  ["7z a -ps3cret a.7z b", "7z a -p*** a.7z b"],
  ["rabbitmqctl add_user me s3cret", "rabbitmqctl add_user me ***"],
  ["ldapadd -x -D cn=admin -w s3cret -f a.ldif", "ldapadd -x -D cn=admin -w *** -f a.ldif"],
  ["openssl passwd -6 s3cret", "openssl passwd -6 ***"],
  ["docker exec -it db mysql -uroot -ps3cret", "docker exec -it db mysql -uroot -p***"],
  ["sudo -u app mysql -ps3cret", "sudo -u app mysql -p***"],
  ["sh -c 'mysql -ps3cret app'", "sh -c 'mysql -p*** app'"],
  ["bash -c \"sshpass -p 's3cret' ssh h\"", "bash -c \"sshpass -p '***' ssh h\""],
  ["alias in='sshpass -p s3cret ssh h'", "alias in='sshpass -p *** ssh h'"],
  ["useradd -mp s3cret deploy", "useradd -mp *** deploy"],
  ["x=$(curl -u me:s3cret https://x/)", "x=$(curl -u me:*** https://x/)"],
  ["git clone https://me:s3cret@git.x/r.git", "git clone https://me:***@git.x/r.git"],
  ["psql postgres://app:p@ss@db/app", "psql postgres://app:***@db/app"],
  ["redis-cli -u redis://:s3cret@cache:6379", "redis-cli -u redis://:***@cache:6379"],
  // Headers
  ["curl -H 'Authorization: Bearer abc.def' https://x", "curl -H 'Authorization: Bearer ***' https://x"],
  ['curl -H "Authorization: Basic dTpw" https://x', 'curl -H "Authorization: Basic ***" https://x'],
  ["curl -H 'X-Api-Key: abcdef' https://x", "curl -H 'X-Api-Key: ***' https://x"],
  ["curl --header 'PRIVATE-TOKEN: abcdef' https://x", "curl --header 'PRIVATE-TOKEN: ***' https://x"],
  ["curl 'https://x/?user=1&access_token=abcdef&y=2'", "curl 'https://x/?user=1&access_token=***&y=2'"],
  // Inputs
  ["echo 'deploy:s3cret' | chpasswd", "echo 'deploy:***' | chpasswd"],
  ["echo s3cretword | su -c id", "echo *** | su -c id"],
  ["su app <<EOF\npwd > /srv/x\nEOF", "su app <<EOF\npwd > /srv/x\nEOF"],
  ["echo deploy:s3cret|sudo chpasswd", "echo deploy:***|sudo chpasswd"],
  ['echo "root:$PW" | chpasswd', 'echo "root:$PW" | chpasswd'],
  ["printf 'a:one11\\nb:two22\\n' | chpasswd", "printf 'a:***\\nb:***\\n' | chpasswd"],
  ["printf '%s:%s\\n' deploy s3cret | chpasswd", "printf '%s:%s\\n' deploy *** | chpasswd"],
  ["chpasswd <<< 'deploy:s3cret'", "chpasswd <<< 'deploy:***'"],
  ["chpasswd <<EOF\ndeploy:s3cret\nEOF", "chpasswd <<EOF\ndeploy:***\nEOF"],
  ["cat <<EOF | chpasswd\ndeploy:s3cret\nroot:other1\nEOF", "cat <<EOF | chpasswd\ndeploy:***\nroot:***\nEOF"],
  ["passwd root <<< $'s3cret\\ns3cret'", "passwd root <<< $'***\\n***'"],
  ["(echo s3cret; echo s3cret) | passwd root", "(echo ***; echo ***) | passwd root"],
  ['echo -e "s3cret\\ns3cret" | passwd root', 'echo -e "***\\n***" | passwd root'],
  ["yes s3cret | passwd root", "yes *** | passwd root"],
  ["echo s3cret | sudo -S apt-get update", "echo *** | sudo -S apt-get update"],
  ["echo s3cret | docker login -u me --password-stdin", "echo *** | docker login -u me --password-stdin"],
  ["gh auth login --with-token <<< abcdef", "gh auth login --with-token <<< ***"],
  // Secret files
  ["cat > ~/.netrc <<EOF\nmachine x login y password zzz\nEOF", "cat > ~/.netrc <<EOF\n***\nEOF"],
  ["echo 'h:5432:*:u:s3cret' > /root/.pgpass", "echo '***' > /root/.pgpass"],
  ["printf '%s' s3cret > /run/secrets/db", "printf '%s' *** > /run/secrets/db"],
  ["echo s3cret | tee /etc/app/db_password", "echo *** | tee /etc/app/db_password"],
  ["tee ~/.git-credentials >/dev/null <<'E'\nhttps://x\nE", "tee ~/.git-credentials >/dev/null <<'E'\n***\nE"],
  ["echo 'machine x login y password zzz' >> n", "echo 'machine x login y password ***' >> n"],
  [`printf -- '${KEY.replaceAll("\n", "\\n")}\\n' > ~/.ssh/id_rsa`, "printf -- '***\\n' > ~/.ssh/id_rsa"],
  // SQL
  [`psql -c "ALTER USER app PASSWORD 's3cret'"`, `psql -c "ALTER USER app PASSWORD '***'"`],
  [
    `su postgres -c "psql -c \\"CREATE USER a WITH PASSWORD 's3cret';\\""`,
    `su postgres -c "psql -c \\"CREATE USER a WITH PASSWORD '***';\\""`,
  ],
  [`psql -c 'CREATE ROLE a LOGIN PASSWORD '"'"'s3cret'"'"''`, `psql -c 'CREATE ROLE a LOGIN PASSWORD '"'"'***'"'"''`],
  [`psql -c 'ALTER ROLE a PASSWORD '\\''s3cret'\\'''`, `psql -c 'ALTER ROLE a PASSWORD '\\''***'\\'''`],
  [`mysql -e "CREATE USER 'a'@'%' IDENTIFIED BY 's3cret'"`, `mysql -e "CREATE USER 'a'@'%' IDENTIFIED BY '***'"`],
  [
    `mysql -e "ALTER USER r IDENTIFIED WITH mysql_native_password BY 's3cret'"`,
    `mysql -e "ALTER USER r IDENTIFIED WITH mysql_native_password BY '***'"`,
  ],
  [`mysql -e "SET PASSWORD FOR r = PASSWORD('s3cret')"`, `mysql -e "SET PASSWORD FOR r = PASSWORD('***')"`],
  ["mysql <<EOF\nGRANT ALL ON *.* TO a IDENTIFIED BY 's3cret';\nEOF", "mysql <<EOF\nGRANT ALL ON *.* TO a IDENTIFIED BY '***';\nEOF"],
  // Looks
  ["echo AKIAIOSFODNN7EXAMPLE", "echo ***"],
  [`git remote add o https://ghp_${"a1".repeat(18)}@github.com/x`, "git remote add o https://***@github.com/x"],
  [`x glpat-${"a".repeat(20)}`, "x ***"],
  ["x xoxb-1234567890-abcdef", "x ***"],
  ["x sk_live_abcdefghijkl", "x ***"],
  [`x npm_${"a1".repeat(18)}`, "x ***"],
  [`x pypi-${"a1".repeat(20)}`, "x ***"],
  ["x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN", "x ***"],
  [`x AIza${"a".repeat(35)}`, "x ***"],
  ["usermod -p '$6$salt$0123456789012345678901234567' me", "usermod -p '***' me"],
  [`cat > k <<EOF\n${KEY}\nEOF`, "cat > k <<EOF\n-----BEGIN OPENSSH PRIVATE KEY-----***-----END OPENSSH PRIVATE KEY-----\nEOF"],
];

/** Typed, and kept as it is. */
const KEPT: readonly string[] = [
  "tool --password-file /run/x run",
  "tool --password-file=x run",
  "sed -i 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS 90/' /etc/login.defs",
  "PASS_MAX_DAYS=90",
  "passwd deploy",
  "passwd -l root",
  "adduser --disabled-password --gecos '' app",
  "useradd -m -s /bin/bash app",
  "cat /etc/passwd",
  "getent passwd app",
  "echo 'passwd: files systemd' >> /etc/nsswitch.conf",
  "python -m tokenize x.py",
  "TOKENIZERS_PARALLELISM=false ./x",
  "git checkout 3f786850e387550fdab836ed7e6dc881de23001b",
  "echo 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  f' | sha256sum -c",
  "COMMIT=3f786850e387550fdab836ed7e6dc881de23001b",
  "mkdir -p /opt/app/data",
  "mysql -p app",
  "mysql -u root -p",
  "psql --password app",
  "createuser --no-password app",
  "sudo -u postgres psql -p 5433",
  "apt-get install -y curl -u x:y sshpass",
  "curl -u me https://x/",
  "docker login -u me",
  "docker run -p 80:80 nginx",
  "ssh -p 2222 host",
  "export PGPASSWORD=$PW",
  'export PGPASSWORD="${PW}"',
  'export PGPASSWORD="$(cat /run/pw)"',
  "read -s PASSWORD",
  "unset DB_PASSWORD",
  'echo "$DB_PASSWORD"',
  "PWD=/tmp OLDPWD=/ pwd",
  "export PASSWORD_FILE=/run/pw",
  "echo '%wheel ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/w",
  "sed -i 's/#PasswordAuthentication yes/PasswordAuthentication no/' /etc/ssh/sshd_config",
  "printf 'location / { proxy_pass http://127.0.0.1:3000; }' > x",
  "echo 'fastcgi_pass unix:/run/php/php8.2-fpm.sock;'",
  "ssh-keygen -t ed25519 -f k -N ''",
  "apt-key add key.gpg",
  "echo 'deb [signed-by=/usr/share/keyrings/x.gpg] https://x y' > l",
  "curl -fsSL https://x/key.asc -o /etc/apt/keyrings/x.asc",
  "ssl_certificate_key=/etc/ssl/k.pem",
  "echo 'ssl_certificate_key /etc/nginx/k.pem;'",
  "sort --key=2 f; sort -k2 f",
  "KEY=value ./x",
  "git log --author=me",
  "echo hello > /etc/motd",
  "echo hello | tee /etc/issue",
  "ls /run/secrets",
  "grep -r password: /etc",
  "echo 'host all all 127.0.0.1/32 scram-sha-256' >> pg_hba.conf",
  "useradd -p '' x",
  "docker build --secret id=x,src=f .",
  "https://x:8080/a@b",
  "scp me@host:/a b",
  "npm test -- --token-type=basic",
  "max_tokens=100 temperature=1",
  'for i in 1 2 3; do echo "PASS: test $i"; done',
  "python3 - <<E\ntoken = next(it)\npassword = getpass.getpass()\nE",
  "cat > a.py <<'E'\nself.token = token\ntoken = tokens[0]\npw = row['pw']\npassword = user.password\nlogin(user, password=password)\nE",
  "cat > a.js <<'E'\nconst apiKey = process.env.API_KEY;\nconst token = req.headers.token;\nE",
  "cp /etc/passwd /tmp/passwd",
  "echo 'auth required pam_unix.so' > /etc/pam.d/x",
];

describe("maskText", () => {
  test.each(MASKED)("masks in %j", (typed, kept) => {
    expect(maskText(typed).text).toBe(kept);
  });
  test.each(KEPT)("keeps %j", (typed) => {
    expect(maskText(typed)).toEqual({ text: typed, secrets: [] });
  });
  test.each(MASKED)("masks once in %j", (_typed, kept) => {
    expect(maskText(kept).text).toBe(kept);
  });
  test("tells the names, never the values", () => {
    expect(maskText("DB_PASSWORD=s3cret sh -c 'mysql -pother1'").secrets).toEqual(["DB_PASSWORD", "argument of mysql"]);
  });
  test("masks what was seen before, as a word of its own", () => {
    expect(maskText("echo s3cret s3crets xs3cret 's3cret'", ["s3cret"]).text).toBe("echo *** s3crets xs3cret '***'");
  });
});

const COLLECTED: readonly (readonly [string, readonly string[]])[] = [
  ["echo 'deploy:s3cret' | chpasswd", ["s3cret"]],
  ["echo 'postgres:postgres' | chpasswd", []],
  ["DB_PASSWORD=hunter2-Pa55 x", ["hunter2-Pa55"]],
  ['DB_PASSWORD="hun\\"ter22" x', ['hun\\"ter22', 'hun"ter22']],
  ["DB_PASSWORD=abc x", []],
  ["ls -l", []],
];

describe("collectSecretValues", () => {
  test.each(COLLECTED)("of %j", (typed, values) => {
    expect(collectSecretValues(typed)).toEqual(values);
  });
});

describe("any text", () => {
  const piece = fc.constantFrom(
    "password=",
    "'",
    '"',
    "\\",
    "$(",
    ")",
    "<<E\n",
    "E\n",
    "|",
    ";",
    "&>(",
    "<(",
    " ",
    "\n",
    "\u2028",
    "\v",
    "\u00a0",
    "x",
    ":",
    "echo ",
    "mysql -p",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece).map((pieces) => pieces.join("")),
  );
  test("comes to an end, and is masked once and for all", () => {
    fc.assert(
      fc.property(text, (typed) => {
        const masked = maskText(typed).text;
        expect(masked.replaceAll("***", "").length).toBeLessThanOrEqual(typed.length);
      }),
    );
  });

  test("takes 100 kB of anything in short time", () => {
    for (const piece of ["password=", "a:b@", "'\"", "$(", "x ", "-----BEGIN PRIVATE KEY-----", "PASSWORD '", "<<E\n", "\\"]) {
      const text = piece.repeat(100_000 / piece.length);
      expect(maskText(text).text.length).toBeLessThanOrEqual(text.length * 4);
    }
  });
});
