/** One step in a process of its own: `similar-step.ts <folder> <message>`. Prints what it took, as JSON. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { runStep, type StepMessage } from "../../src/similar/run-step.ts";
import { diskPorts } from "./similar-world.ts";

const [folder = "", text = ""] = process.argv.slice(2);
const ports = diskPorts(folder);
const baseKb = peakKb(true);
const cpu = process.cpuUsage();
await runStep(ports, JSON.parse(text) as StepMessage, Date.now());
const { user, system } = process.cpuUsage(cpu);
const peakMb = (peakKb() - baseKb) / 1024;
ports.save();
const cpuSeconds = (user + system) / 1e6;
console.log(JSON.stringify({ sent: ports.sent, ended: ports.ended, cpuSeconds, peakMb }));

/**
 * The most memory that this process has held, from here on if it is to begin `anew`. What the system tells of resources would
 * be the parent's, when that is bigger: Linux hands it on.
 */
function peakKb(anew = false): number {
  const status = "/proc/self/status";
  if (!existsSync(status)) return process.resourceUsage().maxRSS;
  if (anew) writeFileSync("/proc/self/clear_refs", "5");
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(status, "utf8"))?.[1]);
}
