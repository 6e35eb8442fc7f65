/** Words of a name that make its value a secret. */
export const SECRET_WORDS: ReadonlySet<string> = new Set(
  `password passwords passwd passphrase passcode passwort pass pwd pw psk secret secrets token credential credentials
  requirepass masterauth rootpw userpw dbpw apikey accesskey secretkey privatekey authkey accountkey encryptionkey signingkey
  sharedkey storepass keypass srcstorepass deststorepass passin passout pgpassword authtoken clientsecret appsecret`.split(/\s+/),
);

/** Two words in a row that do the same. */
export const SECRET_PAIRS: ReadonlySet<string> = new Set(
  `api key|access key|private key|secret key|auth key|account key|encryption key|signing key|shared key|master key|license key
  |application key|app key|storage key|service key|redis auth|rediscli auth|root pw|user pw`
    .split("|")
    .map((pair) => pair.trim()),
);

/** One word written together that ends in one of these is secret too ("dbpassword", "PGPASSWORD"). */
export const SECRET_ENDING =
  /(?:password|passwd|passphrase|secret|apikey)$|(?<!by|com|sur|tres|over|under|im|low|high|band|all|multi|one|two|first|second|last|single)pass$|(?:auth|access|my|git|github|gitlab|api|bot|refresh|bearer|user|admin|db)token$/;

/** Words that make a value secret only where it looks random. */
export const WEAK_WORDS: ReadonlySet<string> = new Set("key auth cookie session salt pin pat otp signature sig nonce seed".split(" "));

/** After a secret word these say that the value is about a secret, not one. */
export const ABOUT_WORDS: ReadonlySet<string> = new Set(
  `file files path dir directory folder name names type days age min max minimum maximum warn length len size count limit limits
  policy policies quality expiry expire expires expiration ttl timeout lifetime url uri endpoint host header headers field fields
  prompt stdin fd env var id ids algorithm algo encryption method format regex pattern rule rules hint label title text message
  authentication login change reset attempts retries retry history check checks strength enabled disabled required through thru
  manager store provider backend service mount ref reference version scope scopes audience issuer parser list index pos position
  input form page view command cmd cost rounds class kind mode set get error errors ok test tests unlock lock db database tree`.split(
    /\s+/,
  ),
);

/** Before a secret word these make it a switch ("--disabled-password", "NO_PASSWORD"). */
export const SWITCH_WORDS: ReadonlySet<string> = new Set(
  `no disabled disable ask prompt without empty require requires generate gen reset change show expire lock unlock never use
  delete remove max min num n public is has can check verify force allow deny skip random next csrf proxy fastcgi uwsgi scgi grpc memcached`.split(
    /\s+/,
  ),
);

/** Whole names, in lower case, that look secret and are not. */
export const HARMLESS_NAMES: ReadonlySet<string> = new Set(
  "pwd oldpwd nopasswd nopass bypass compass passes pass-through mintoken maxtoken gpgkey keyring signed-by gpg_key gpg-key".split(" "),
);

/** Values, in lower case, that name no secret whatever the name says. */
export const HARMLESS_VALUES: ReadonlySet<string> = new Set(
  `true false yes no none null nil on off undefined string str text number int integer bool boolean any unknown object optional
  required requisite sufficient include prompt stdin env file md5 scram-sha-256 sha-256 sha256 sha512 bcrypt peer trust x files
  compat nis ldap sss systemd permit deny without-password prohibit-password bearer basic disabled enabled default password
  for - * ! !! \\ $ = ( [ {`.split(/\s+/),
);

/** Values that are in so many texts that masking them everywhere would destroy more than it hides. */
export const COMMON_VALUES: ReadonlySet<string> = new Set(
  `password passwd passphrase secret secrets token changeme change-me admin administrator root default example test testing tester
  user username guest public private postgres postgresql mysql mariadb redis nginx apache apache2 www-data debian ubuntu alpine
  docker container localhost database server client service config foobar foobared letmein welcome master replica backup deploy
  deployer production development staging python django flask wordpress rabbitmq mongodb grafana jenkins gitlab github vagrant
  ansible monitor nobody daemon system operator manager developer application 123456 1234567 12345678 123456789 000000 111111`.split(/\s+/),
);
