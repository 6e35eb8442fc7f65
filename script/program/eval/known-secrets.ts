import type { Case } from "./case-file.ts";

/** How a secret is given on a command line or in a file; the first group is the secret. Written apart from the product's own rules on purpose. */
const givenSecrets: readonly RegExp[] = [
  /echo\s+["']?[\w.-]+:([^"'\s|]+)["']?\s*\|\s*(?:sudo\s+)?chpasswd/g,
  /\b[A-Za-z_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY)[A-Za-z_]*=["']?([^\s"';&|$]+)/gi,
  /--(?:password|token|secret|api-key)[= ]["']?([^\s"'$]+)/gi,
  /:\/\/[^\s/:@]+:([^\s/@]+)@/g,
  /IDENTIFIED\s+BY\s+["']([^"']+)["']/gi,
  /\bPASSWORD\s+["']([^"']+)["']/g,
  /\brequirepass\s+["']?([^\s"'$]+)/gi,
  /(?<![-\w])password\s+(\S+)\s*$/gim,
  /\b(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|sk_live_[A-Za-z0-9]+|xox[bp]-[A-Za-z0-9-]+|glpat-[\w-]{20,})/g,
];

function typedText(step: Case["steps"][number]): string {
  return step.type ?? step.send ?? step.lines ?? (step.exec ?? []).join(" ");
}

/** The texts typed in a case that nobody may find in what cooper wrote. */
export function knownSecrets({ steps, secrets }: Case): readonly string[] {
  const texts = steps.map(typedText);
  const found = texts.flatMap((text) => givenSecrets.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? "")));
  return [...new Set([...secrets, ...found])].filter((secret) => secret.length >= 4);
}
