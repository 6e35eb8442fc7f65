import { unquoted } from "./os-release.ts";
import type { Instruction } from "./instruction.ts";

/** Variables by which official images tell what they are, with the image's name. */
const TELLING: readonly (readonly [string, string])[] = [
  ["PYTHON_VERSION", "python"],
  ["NODE_VERSION", "node"],
  ["GOLANG_VERSION", "golang"],
  ["RUBY_VERSION", "ruby"],
  ["PHP_VERSION", "php"],
  ["RUST_VERSION", "rust"],
  ["JAVA_VERSION", "eclipse-temurin"],
  ["DOTNET_VERSION", "mcr.microsoft.com/dotnet/runtime"],
  ["TOMCAT_VERSION", "tomcat"],
  ["NGINX_VERSION", "nginx"],
  ["HTTPD_VERSION", "httpd"],
  ["REDIS_VERSION", "redis"],
  ["PG_MAJOR", "postgres"],
  ["MYSQL_VERSION", "mysql"],
  ["MARIADB_VERSION", "mariadb"],
  ["RABBITMQ_VERSION", "rabbitmq"],
];
/** Systems whose image has another name than the ID of their os-release. */
const NAMES: Readonly<Record<string, string>> = { rocky: "rockylinux", ol: "oraclelinux", amzn: "amazonlinux", arch: "archlinux" };

/** What the base's part of a history and the system's os-release look like, "python:3.12"; null where they tell nothing. */
export function guessBase(below: readonly Instruction[], osRelease: string): string | null {
  for (const { keyword, text } of below.toReversed()) {
    for (const [variable, image] of TELLING) {
      const value = keyword === "ENV" ? new RegExp(`(?:^|\\s)${variable}=v?([\\w.-]+)`).exec(text)?.[1] : undefined;
      if (value !== undefined) return `${image}:${value}`;
    }
  }
  if (below.length === 0) return null;
  const id = unquoted(osRelease, "ID");
  const version = unquoted(osRelease, "VERSION_ID") ?? unquoted(osRelease, "VERSION_CODENAME");
  if (id === null || !/^[\w.-]+$/.test(id) || (version !== null && !/^[\w.-]+$/.test(version))) return null;
  return `${NAMES[id] ?? id}${version === null ? "" : `:${version}`}`;
}
