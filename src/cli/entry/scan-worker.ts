import { scanPart, type ScanTask } from "../../ship/scan/scan-part.ts";
import { answerTasks } from "../../system/process/worker-thread.ts";
import { writeFindings } from "../write-findings.ts";

answerTasks((task: ScanTask) => scanPart(task, writeFindings));
