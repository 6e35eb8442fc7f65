/** Files whose content tells what is installed, with the longest that is believed. */
const TOLD: readonly { readonly pattern: RegExp; readonly longest: number }[] = [
  { pattern: /^\/(?:etc|usr\/lib)\/os-release$/, longest: 64 * 1024 },
  { pattern: /^\/var\/lib\/dpkg\/(?:status|status\.d\/[^/]+)$/, longest: 64 * 1024 ** 2 },
  { pattern: /^\/var\/lib\/dpkg\/info\/[^/]+\.list$/, longest: 4 * 1024 ** 2 },
  { pattern: /^\/(?:usr\/)?lib\/apk\/db\/installed$/, longest: 64 * 1024 ** 2 },
  { pattern: /^\/(?:var\/lib|usr\/lib\/sysimage)\/rpm\/(?:Packages|Packages\.db|rpmdb\.sqlite)$/, longest: 256 * 1024 ** 2 },
  { pattern: /\/[^/]+\.dist-info\/(?:METADATA|RECORD)$/, longest: 2 * 1024 ** 2 },
  { pattern: /\/[^/]+\.egg-info(?:\/PKG-INFO)?$/, longest: 256 * 1024 },
  { pattern: /\/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/, longest: 256 * 1024 },
  { pattern: /\/vendor\/composer\/installed\.json$/, longest: 16 * 1024 ** 2 },
];

/** True for a file whose content is read as a whole. */
export function isToldText(path: string, size: number): boolean {
  return TOLD.some(({ pattern, longest }) => size <= longest && pattern.test(path));
}
