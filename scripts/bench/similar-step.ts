/** One step in a process of its own: `similar-step.ts <folder> <message>`. Prints what it took, as JSON. */
import { runStep, type StepMessage } from "../../src/similar/run-step.ts";
import { diskPorts } from "./similar-world.ts";

const [folder = "", text = ""] = process.argv.slice(2);
const ports = diskPorts(folder);
const baseKb = process.resourceUsage().maxRSS;
const cpu = process.cpuUsage();
await runStep(ports, JSON.parse(text) as StepMessage, Date.now());
const { user, system } = process.cpuUsage(cpu);
const peakMb = (process.resourceUsage().maxRSS - baseKb) / 1024;
ports.save();
const cpuSeconds = (user + system) / 1e6;
console.log(JSON.stringify({ sent: ports.sent, ended: ports.ended, cpuSeconds, peakMb }));
