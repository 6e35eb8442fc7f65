/** Files that exist to hold a secret, by the end of their path. What may or may not hold one (`.npmrc`, `.env`) is told by its content. */
export const SECRET_PATHS: readonly RegExp[] = [
  /(?:^|\/)[._]netrc$/,
  /(?:^|\/)\.pgpass$/,
  /(?:^|\/)\.git-credentials$/,
  /(?:^|\/)\.htpasswd$/,
  /(?:^|\/)\.vault-token$/,
  /(?:^|\/)\.mylogin\.cnf$/,
  /(?:^|\/)\.smbcredentials$/,
  /(?:^|\/)\.dockercfg$/,
  /(?:^|\/)\.docker\/config\.json$/,
  /(?:^|\/)\.aws\/credentials$/,
  /(?:^|\/)\.azure\/(?:accessTokens|msal_token_cache)\.json$/,
  /(?:^|\/)\.kube\/config$/,
  /(?:^|\/)\.config\/(?:gh\/hosts\.yml|gcloud\/(?:credentials|access_tokens)\.db|gcloud\/application_default_credentials\.json|rclone\/rclone\.conf)$/,
  /(?:^|\/)\.cargo\/credentials(?:\.toml)?$/,
  /(?:^|\/)\.gem\/credentials$/,
  /(?:^|\/)\.terraform\.d\/credentials\.tfrc\.json$/,
  /(?:^|\/)\.?composer\/auth\.json$/,
  /(?:^|\/)\.gnupg\/(?:private-keys-v1\.d\/.+|secring\.gpg)$/,
  /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519|ecdsa_sk|ed25519_sk)$/,
  /(?:^|\/)\.ssh\/identity$/,
  /(?:^|\/)ssh_host_\w+_key$/,
  /\.(?:p12|pfx|jks|keystore|kdbx|kdb|ppk)$/,
  /^\/(?:var\/)?run\/secrets\/.+$/,
];

/** A file named for its secret ("/etc/app/db_password", "token.txt"), where it is not a program's own. */
export const SECRET_FILE_NAME =
  /(?:^|\/)(?:[\w-]{0,60}[._-])?(?:password|passwords|passphrase|secret|secrets|token|api[._-]?key)(?:\.txt|\.key)?$/i;

/** There, names tell nothing: programs and their data. */
export const PROGRAM_FOLDERS =
  /^\/(?:usr|bin|sbin|lib\w*|proc|sys|dev|etc\/(?:pam\.d|cron[\w.-]*|security|default|init\.d|apt|alternatives)|var\/(?:lib\/(?:dpkg|apt)|cache))(?:\/|$)/;
