// breaks: stays-in-src
import "../../outside.ts";
