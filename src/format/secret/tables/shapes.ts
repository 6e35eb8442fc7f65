export interface TokenShape {
  readonly name: string;
  /** With the flags "dg"; the group `secret`, where there is one, is what is masked, else all of it. */
  readonly pattern: RegExp;
}

/** Tokens that are known by their look alone, wherever they stand. */
export const TOKEN_SHAPES: readonly TokenShape[] = [
  { name: "AWS access key", pattern: /\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[0-9A-Z]{16}\b/dg },
  { name: "GitHub token", pattern: /\bgh[pousr]_[A-Za-z0-9]{30,255}/dg },
  { name: "GitHub token", pattern: /\bgithub_pat_\w{22,255}/dg },
  { name: "GitLab token", pattern: /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas|imt)-[\w-]{20,}/dg },
  { name: "Slack token", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/dg },
  { name: "Slack token", pattern: /\bxapp-\d-[A-Za-z0-9-]{10,}/dg },
  { name: "Slack webhook", pattern: /hooks\.slack\.com\/(?:services|workflows)\/(?<secret>[\w/]{20,})/dg },
  { name: "Discord webhook", pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{10,}\/(?<secret>[\w-]{20,})/dg },
  { name: "Stripe key", pattern: /\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}/dg },
  { name: "Stripe webhook secret", pattern: /\bwhsec_[A-Za-z0-9]{20,}/dg },
  { name: "npm token", pattern: /\bnpm_[A-Za-z0-9]{30,}/dg },
  { name: "PyPI token", pattern: /\bpypi-[\w-]{30,}/dg },
  { name: "RubyGems key", pattern: /\brubygems_[0-9a-f]{32,}/dg },
  { name: "JSON web token", pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/dg },
  { name: "Google API key", pattern: /\bAIza[\w-]{35}/dg },
  { name: "Google OAuth token", pattern: /\bya29\.[\w-]{20,}/dg },
  { name: "Google client secret", pattern: /\bGOCSPX-[\w-]{20,}/dg },
  { name: "OpenAI key", pattern: /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{32,}/dg },
  { name: "Anthropic key", pattern: /\bsk-ant-[\w-]{20,}/dg },
  { name: "SendGrid key", pattern: /\bSG\.[\w-]{16,}\.[\w-]{16,}/dg },
  { name: "Docker Hub token", pattern: /\bdckr_[po]at_[\w-]{20,}/dg },
  { name: "Hugging Face token", pattern: /\bhf_[A-Za-z0-9]{30,}/dg },
  { name: "DigitalOcean token", pattern: /\bdo[opr]_v1_[0-9a-f]{40,}/dg },
  { name: "Shopify token", pattern: /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/dg },
  { name: "Vault token", pattern: /\bhv[sbr]\.[\w-]{20,}/dg },
  { name: "Telegram bot token", pattern: /\b\d{8,10}:AA[\w-]{33}\b/dg },
  { name: "Mailgun key", pattern: /\bkey-[0-9a-f]{32}\b/dg },
  { name: "Twilio key", pattern: /\bSK[0-9a-f]{32}\b/dg },
  { name: "age key", pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{40,}/dg },
  { name: "password hash", pattern: /\$(?:1|5|6|apr1|2[abxy]|y|gy|7)\$[\w./$=,-]{20,}/dg },
  { name: "password hash", pattern: /\$argon2(?:id|i|d)\$[\w./$=,+-]{20,}/dg },
  {
    name: "private key",
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?<secret>[^-]*(?:-(?!----END )[^-]*)*)(?:-----END [A-Z0-9 ]*(?:-----|-{0,4}$)|$)/dg,
  },
];
