/**
 * A program for `python3 -c`: runs the tests of one file and writes TAP. They are run by pytest where it is installed, else by unittest,
 * which calls functions `test_…` without arguments too. What the tests print goes to standard error.
 */
export const PYTHON_RUNNER = `
import importlib.util, inspect, os, sys, traceback, unittest
path = os.path.abspath(sys.argv[1])
sys.argv = [path]
sys.path.insert(0, os.path.dirname(path))
sys.dont_write_bytecode = True
tap = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
told = []
print("TAP version 13", file=tap)

def tell(word, name, why="", skip=False):
    told.append(word)
    first = " # SKIP " + " ".join(str(why).split()) if skip else ""
    print(word, len(told), "-", name.replace("#", "") + first, file=tap)
    for line in [] if skip else str(why).splitlines():
        print("# " + line, file=tap)

def short(test):
    return str(test).partition(" (")[2].rstrip(")") if isinstance(test, unittest.FunctionTestCase) else str(test)

class Plugin:
    def pytest_runtest_logreport(self, report):
        name = report.nodeid.partition("::")[2] or report.nodeid
        if report.skipped:
            tell("ok", name, report.longrepr[2] if isinstance(report.longrepr, tuple) else "", True)
        elif report.failed:
            tell("not ok", name if report.when == "call" else name + " (" + report.when + ")", report.longreprtext)
        elif report.when == "call":
            tell("ok", name)
    def pytest_collectreport(self, report):
        if report.failed:
            tell("not ok", "it is read", report.longreprtext)

class Result(unittest.TestResult):
    def addSuccess(self, test): tell("ok", short(test))
    def addFailure(self, test, err): tell("not ok", short(test), self._exc_info_to_string(err, test))
    def addError(self, test, err): tell("not ok", short(test), self._exc_info_to_string(err, test))
    def addSkip(self, test, reason): tell("ok", short(test), reason, True)
    def addExpectedFailure(self, test, err): tell("ok", short(test))
    def addUnexpectedSuccess(self, test): tell("not ok", short(test), "it was expected to fail")
    def addSubTest(self, test, subtest, err):
        if err is not None: tell("not ok", short(subtest), self._exc_info_to_string(err, test))

def by_unittest():
    spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    suite = unittest.TestLoader().loadTestsFromModule(module)
    for name, value in vars(module).items():
        if name.startswith("test") and inspect.isfunction(value):
            if inspect.signature(value).parameters:
                tell("not ok", name, "its arguments are fixtures of pytest, which is not installed")
            else:
                suite.addTest(unittest.FunctionTestCase(value))
    suite.run(Result())

if importlib.util.find_spec("pytest"):
    import pytest
    code = int(pytest.main(["-q", "-p", "no:cacheprovider", path], plugins=[Plugin()]))
else:
    code = 0
    try:
        by_unittest()
    except Exception:
        tell("not ok", "it is read", traceback.format_exc())
print("1.." + str(len(told)), file=tap, flush=True)
sys.exit(1 if "not ok" in told else 0 if code == 5 else code)
`;
