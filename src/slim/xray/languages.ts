import type { ImageView } from "./image-view.ts";
import type { InstalledPackage, PackageManager } from "./packages/package.ts";

/** A language's run time or a framework, with the path or package that shows it. */
export interface FoundLanguage {
  readonly name: string;
  readonly because: string;
}

const RUN_TIMES: readonly (readonly [string, RegExp])[] = [
  ["Python", /\/bin\/python[23]\.\d+$/],
  ["Node.js", /\/bin\/node(?:js)?$/],
  ["Java", /\/bin\/java$/],
  ["PHP", /\/(?:bin\/php[\d.]*|libphp[\d.]*\.so)$/],
  ["Ruby", /\/bin\/ruby[\d.]*$/],
  ["Perl", /\/bin\/perl5?[\d.]*$/],
  [".NET", /\/(?:dotnet|bin\/dotnet)$/],
  ["Erlang", /\/bin\/(?:erl|beam\.smp)$/],
  ["Lua", /\/bin\/lua(?:jit)?[\d.]*$/],
  ["R", /\/bin\/Rscript$/],
];

const FRAMEWORKS: readonly (readonly [PackageManager, RegExp, string])[] = [
  ["pip", /^flask$/i, "Flask"],
  ["pip", /^django$/i, "Django"],
  ["pip", /^fastapi$/i, "FastAPI"],
  ["pip", /^(?:gunicorn|uvicorn|uwsgi)$/i, "Python web server"],
  ["pip", /^(?:torch|tensorflow|numpy|pandas)$/i, "Python science"],
  ["npm", /^express$/, "Express"],
  ["npm", /^next$/, "Next.js"],
  ["npm", /^(?:react|vue|svelte|@angular\/core)$/, "JavaScript user interface"],
  ["npm", /^@nestjs\/core$/, "NestJS"],
  ["gem", /^rails$/, "Ruby on Rails"],
  ["gem", /^(?:sinatra|puma)$/, "Ruby web server"],
  ["jar", /^spring-boot/, "Spring Boot"],
  ["jar", /^(?:tomcat-embed-core|jetty-server|netty-all)$/, "Java web server"],
  ["composer", /^laravel\/framework$/, "Laravel"],
  ["composer", /^symfony\/framework-bundle$/, "Symfony"],
  ["dpkg", /^(?:nginx|apache2|lighttpd|caddy|haproxy)$/, "web server"],
  ["dpkg", /^(?:redis-server|memcached|mariadb-server|mysql-server|postgresql-\d+)$/, "data store"],
  ["apk", /^(?:nginx|apache2|lighttpd|caddy|haproxy)$/, "web server"],
  ["apk", /^(?:redis|memcached|mariadb|postgresql\d*)$/, "data store"],
];

/** Languages and frameworks, each once, by the first path or package that shows it. */
export function findLanguages({ paths }: ImageView, packages: readonly InstalledPackage[]): readonly FoundLanguage[] {
  const found = new Map<string, string>();
  const note = (name: string, because: string): void => void (found.has(name) || found.set(name, because));
  for (const { path, file } of paths) {
    if (file.type === "directory") continue;
    for (const [name, pattern] of RUN_TIMES) if (pattern.test(path)) note(name, path);
    if (file.builtWith !== null) note(file.builtWith, path);
  }
  for (const { manager, name, version } of packages) {
    for (const [of, pattern, framework] of FRAMEWORKS) {
      if (of === manager && pattern.test(name)) note(framework, `${manager} ${name} ${version}`);
    }
  }
  return [...found].map(([name, because]) => ({ name, because })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
