// breaks: pipeline-imports
import "../feed/leaf.ts";
