import { DATA_SERVICES } from "./services/data.ts";
import { NETWORK_SERVICES } from "./services/network.ts";
import type { ServiceRow } from "./services/service-row.ts";
import { SYSTEM_SERVICES } from "./services/system.ts";
import { WEB_SERVICES } from "./services/web.ts";

/** Services by what starts them; no two rows share a name. */
export const SERVICES: readonly ServiceRow[] = [...WEB_SERVICES, ...DATA_SERVICES, ...NETWORK_SERVICES, ...SYSTEM_SERVICES];
