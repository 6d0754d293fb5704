import { describe, it } from "vitest";
import { summarize, summaryLine, type TestReport } from "../../scripts/test/summary.ts";

function aReport(changes: Partial<TestReport> = {}): TestReport {
  return {
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
    ...changes,
  };
}

describe("the last line of a test run", () => {
  it("names what was skipped only when something was", ({ expect }) => {
    expect(summaryLine(summarize(aReport(), 0))).toBe("3 passed, 0 failed");
    const skipping = aReport({ numPendingTests: 2 });
    expect(summaryLine(summarize(skipping, 0))).toBe("3 passed, 0 failed, 2 skipped");
  });

  it("counts a file that did not load as a failure", ({ expect }) => {
    const report = aReport({ testResults: [{ status: "failed", assertionResults: [] }] });
    expect(summarize(report, 1).failed).toBe(1);
  });

  it("does not count the file of a failed test a second time", ({ expect }) => {
    const report = aReport({
      numFailedTests: 1,
      testResults: [{ status: "failed", assertionResults: [{ status: "failed" }] }],
    });
    expect(summarize(report, 1).failed).toBe(1);
  });

  it("says that something failed when vitest ends badly without a failed test", ({ expect }) => {
    expect(summarize(aReport(), 1).failed).toBe(1);
    expect(summarize(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
