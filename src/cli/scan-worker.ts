import { scanPart } from "../ship/scan/scan-part.ts";
import { answerTasks } from "../system/worker-thread.ts";

answerTasks(scanPart);
