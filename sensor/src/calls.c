#include "sensor.h"

#include <linux/audit.h>

/* Shapes of a call's arguments. Numbers are the kernel's: arch/x86/entry/syscalls/syscall_{64,32}.tbl and include/uapi/asm-generic/unistd.h. */
#define AT_CWD(nr, op, path) {nr, op, -1, path, -1, -1, -1, -1}
#define NO_LINK(nr, op, path) {nr, op, -1, path, -1, -1, -1, -2}
#define AT_DIR(nr, op, dirfd, path, at) {nr, op, dirfd, path, -1, -1, -1, at}
#define OPENS(nr, dirfd, path, flags) {nr, OP_OPEN, dirfd, path, -1, -1, flags, -1}
#define TWO(nr, d1, p1, d2, p2) {nr, OP_CHANGE, d1, p1, d2, p2, MAKES_LINK, -2}
#define LINKS(nr, dirfd, path) {nr, OP_CHANGE, dirfd, path, -1, -1, MAKES_LINK, -2}
#define SOCKET(nr) {nr, OP_CONNECT, -1, 1, -1, -1, -1, -1}
#define ON_FD(nr, op, fd) {nr, op, fd, -1, -1, -1, -1, -1}

/* Calls with one number on every architecture (from 424 on). */
#define NEW_CALLS                                                                                                  \
  {IO_URING_SETUP, OP_REFUSE, -1, -1, -1, -1, -1, -1}, AT_DIR(428, OP_LOOK, 0, 1, 2), TWO(429, 0, 1, 2, 3),        \
      AT_DIR(433, OP_LOOK, 0, 1, -1), OPENS(437, 0, 1, -2), AT_DIR(439, OP_LOOK, 0, 1, 3),                         \
      AT_DIR(442, OP_CHANGE, 0, 1, 2), AT_DIR(452, OP_CHANGE, 0, 1, 3), AT_DIR(463, OP_CHANGE, 0, 1, 2),           \
      AT_DIR(464, OP_LOOK, 0, 1, 2), AT_DIR(465, OP_LOOK, 0, 1, 2), AT_DIR(466, OP_CHANGE, 0, 1, 2),               \
      AT_DIR(467, OP_LOOK, 0, 1, 2), AT_DIR(468, OP_LOOK, 0, 1, 4), AT_DIR(469, OP_CHANGE, 0, 1, 4)

#if defined(__x86_64__)
static const struct call calls_x86_64[] = {
    OPENS(2, -1, 0, 1),                AT_CWD(4, OP_LOOK, 0),             NO_LINK(6, OP_LOOK, 0),
    AT_CWD(21, OP_LOOK, 0),            SOCKET(42),                        SOCKET(49),
    AT_CWD(59, OP_EXEC, 0),            AT_CWD(76, OP_WRITE, 0),           AT_CWD(80, OP_ENTER, 0),
    ON_FD(81, OP_ENTER, 0),            TWO(82, -1, 0, -1, 1),             NO_LINK(83, OP_CHANGE, 0),
    NO_LINK(84, OP_CHANGE, 0),         AT_CWD(85, OP_WRITE, 0),           TWO(86, -1, 0, -1, 1),
    NO_LINK(87, OP_CHANGE, 0),         LINKS(88, -1, 1),         NO_LINK(89, OP_LINK, 0),
    AT_CWD(90, OP_CHANGE, 0),          AT_CWD(92, OP_CHANGE, 0),          NO_LINK(94, OP_CHANGE, 0),
    AT_CWD(132, OP_CHANGE, 0),         NO_LINK(133, OP_CHANGE, 0),        AT_CWD(134, OP_OPEN, 0),
    AT_CWD(137, OP_LOOK, 0),           TWO(155, -1, 0, -1, 1),            AT_CWD(161, OP_ENTER, 0),
    AT_CWD(163, OP_WRITE, 0),          AT_CWD(165, OP_LOOK, 1),           AT_CWD(166, OP_LOOK, 0),
    AT_CWD(188, OP_CHANGE, 0),         NO_LINK(189, OP_CHANGE, 0),        AT_CWD(191, OP_LOOK, 0),
    NO_LINK(192, OP_LOOK, 0),          AT_CWD(194, OP_LOOK, 0),           NO_LINK(195, OP_LOOK, 0),
    AT_CWD(197, OP_CHANGE, 0),         NO_LINK(198, OP_CHANGE, 0),        AT_CWD(235, OP_CHANGE, 0),
    AT_CWD(254, OP_LOOK, 1),           OPENS(257, 0, 1, 2),               AT_DIR(258, OP_CHANGE, 0, 1, -2),
    AT_DIR(259, OP_CHANGE, 0, 1, -2),  AT_DIR(260, OP_CHANGE, 0, 1, 4),   AT_DIR(261, OP_CHANGE, 0, 1, -1),
    AT_DIR(262, OP_LOOK, 0, 1, 3),     AT_DIR(263, OP_CHANGE, 0, 1, -2),  TWO(264, 0, 1, 2, 3),
    TWO(265, 0, 1, 2, 3),              LINKS(266, 1, 2),  AT_DIR(267, OP_LINK, 0, 1, -2),
    AT_DIR(268, OP_CHANGE, 0, 1, -1),  AT_DIR(269, OP_LOOK, 0, 1, -1),    AT_DIR(280, OP_CHANGE, 0, 1, 3),
    AT_DIR(301, OP_LOOK, 3, 4, -1),    AT_DIR(303, OP_LOOK, 0, 1, -2),    TWO(316, 0, 1, 2, 3),
    AT_DIR(322, OP_EXEC, 0, 1, 4),     AT_DIR(332, OP_LOOK, 0, 1, 2),     NEW_CALLS,
};

/* tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_open, ptrace, prlimit64, process_vm_readv, process_vm_writev, kill */
static const struct reach reaches_x86_64[] = {{200, 0}, {234, 0}, {129, 0}, {297, 0}, {434, 0}, {101, 1}, {302, 0}, {310, 0}, {311, 0}, {62, 0}};

static const struct call calls_i386[] = {
    OPENS(5, -1, 0, 1),                AT_CWD(8, OP_WRITE, 0),            TWO(9, -1, 0, -1, 1),
    NO_LINK(10, OP_CHANGE, 0),         AT_CWD(11, OP_EXEC, 0),            AT_CWD(12, OP_ENTER, 0),
    NO_LINK(14, OP_CHANGE, 0),         AT_CWD(15, OP_CHANGE, 0),          NO_LINK(16, OP_CHANGE, 0),
    AT_CWD(18, OP_LOOK, 0),            AT_CWD(21, OP_LOOK, 1),            AT_CWD(22, OP_LOOK, 0),
    AT_CWD(30, OP_CHANGE, 0),          AT_CWD(33, OP_LOOK, 0),            TWO(38, -1, 0, -1, 1),
    NO_LINK(39, OP_CHANGE, 0),         NO_LINK(40, OP_CHANGE, 0),         AT_CWD(51, OP_WRITE, 0),
    AT_CWD(52, OP_LOOK, 0),            AT_CWD(61, OP_ENTER, 0),           LINKS(83, -1, 1),
    NO_LINK(84, OP_LOOK, 0),           NO_LINK(85, OP_LINK, 0),           AT_CWD(86, OP_OPEN, 0),
    AT_CWD(92, OP_WRITE, 0),           AT_CWD(99, OP_LOOK, 0),            {102, OP_CONNECT, -1, 1, -1, -1, -1, -1},
    AT_CWD(106, OP_LOOK, 0),           NO_LINK(107, OP_LOOK, 0),          ON_FD(133, OP_ENTER, 0),
    AT_CWD(182, OP_CHANGE, 0),         AT_CWD(193, OP_WRITE, 0),          AT_CWD(195, OP_LOOK, 0),
    NO_LINK(196, OP_LOOK, 0),          NO_LINK(198, OP_CHANGE, 0),        AT_CWD(212, OP_CHANGE, 0),
    TWO(217, -1, 0, -1, 1),            AT_CWD(226, OP_CHANGE, 0),         NO_LINK(227, OP_CHANGE, 0),
    AT_CWD(229, OP_LOOK, 0),           NO_LINK(230, OP_LOOK, 0),          AT_CWD(232, OP_LOOK, 0),
    NO_LINK(233, OP_LOOK, 0),          AT_CWD(235, OP_CHANGE, 0),         NO_LINK(236, OP_CHANGE, 0),
    AT_CWD(268, OP_LOOK, 0),           AT_CWD(271, OP_CHANGE, 0),         AT_CWD(292, OP_LOOK, 1),
    OPENS(295, 0, 1, 2),               AT_DIR(296, OP_CHANGE, 0, 1, -2),  AT_DIR(297, OP_CHANGE, 0, 1, -2),
    AT_DIR(298, OP_CHANGE, 0, 1, 4),   AT_DIR(299, OP_CHANGE, 0, 1, -1),  AT_DIR(300, OP_LOOK, 0, 1, 3),
    AT_DIR(301, OP_CHANGE, 0, 1, -2),  TWO(302, 0, 1, 2, 3),              TWO(303, 0, 1, 2, 3),
    LINKS(304, 1, 2),  AT_DIR(305, OP_LINK, 0, 1, -2),    AT_DIR(306, OP_CHANGE, 0, 1, -1),
    AT_DIR(307, OP_LOOK, 0, 1, -1),    AT_DIR(320, OP_CHANGE, 0, 1, 3),   AT_DIR(339, OP_LOOK, 4, 5, -1),
    AT_DIR(341, OP_LOOK, 0, 1, -2),    TWO(353, 0, 1, 2, 3),              AT_DIR(358, OP_EXEC, 0, 1, 4),
    SOCKET(361),                       SOCKET(362),                       AT_DIR(383, OP_LOOK, 0, 1, 2),
    AT_DIR(412, OP_CHANGE, 0, 1, 3),   NEW_CALLS,
};

static const struct reach reaches_i386[] = {{238, 0}, {270, 0}, {178, 0}, {335, 0}, {434, 0}, {26, 1}, {340, 0}, {347, 0}, {348, 0}, {37, 0}};
#endif

#if defined(__aarch64__)
static const struct call calls_arm64[] = {
    AT_CWD(5, OP_CHANGE, 0),           NO_LINK(6, OP_CHANGE, 0),          AT_CWD(8, OP_LOOK, 0),
    NO_LINK(9, OP_LOOK, 0),            AT_CWD(11, OP_LOOK, 0),            NO_LINK(12, OP_LOOK, 0),
    AT_CWD(14, OP_CHANGE, 0),          NO_LINK(15, OP_CHANGE, 0),         AT_CWD(27, OP_LOOK, 1),
    AT_DIR(33, OP_CHANGE, 0, 1, -2),   AT_DIR(34, OP_CHANGE, 0, 1, -2),   AT_DIR(35, OP_CHANGE, 0, 1, -2),
    LINKS(36, 1, 2),   TWO(37, 0, 1, 2, 3),               TWO(38, 0, 1, 2, 3),
    AT_CWD(39, OP_LOOK, 0),            AT_CWD(40, OP_LOOK, 1),            TWO(41, -1, 0, -1, 1),
    AT_CWD(43, OP_LOOK, 0),            AT_CWD(45, OP_WRITE, 0),           AT_DIR(48, OP_LOOK, 0, 1, -1),
    AT_CWD(49, OP_ENTER, 0),           ON_FD(50, OP_ENTER, 0),            AT_CWD(51, OP_ENTER, 0),
    AT_DIR(53, OP_CHANGE, 0, 1, -1),   AT_DIR(54, OP_CHANGE, 0, 1, 4),    OPENS(56, 0, 1, 2),
    AT_DIR(78, OP_LINK, 0, 1, -2),     AT_DIR(79, OP_LOOK, 0, 1, 3),      AT_DIR(88, OP_CHANGE, 0, 1, 3),
    AT_CWD(89, OP_WRITE, 0),           SOCKET(200),                       SOCKET(203),
    AT_CWD(221, OP_EXEC, 0),           AT_DIR(262, OP_LOOK, 3, 4, -1),    AT_DIR(264, OP_LOOK, 0, 1, -2),
    TWO(276, 0, 1, 2, 3),              AT_DIR(281, OP_EXEC, 0, 1, 4),     AT_DIR(291, OP_LOOK, 0, 1, 2),
    NEW_CALLS,
};

static const struct reach reaches_arm64[] = {{130, 0}, {131, 0}, {138, 0}, {240, 0}, {434, 0}, {117, 1}, {261, 0}, {270, 0}, {271, 0}, {129, 0}};
#endif

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define TABLE(arch, name, ...) {arch, calls_##name, COUNT(calls_##name), reaches_##name, COUNT(reaches_##name), __VA_ARGS__}

const struct call_table call_tables[] = {
#if defined(__x86_64__)
    TABLE(AUDIT_ARCH_X86_64, x86_64, .kill = 62, .chroot = 161, .pivot_root = 155, .prctl = 157, .socketcall = -1),
    TABLE(AUDIT_ARCH_I386, i386, .kill = 37, .chroot = 61, .pivot_root = 217, .prctl = 172, .socketcall = 102),
#endif
#if defined(__aarch64__)
    TABLE(AUDIT_ARCH_AARCH64, arm64, .kill = 129, .chroot = 51, .pivot_root = 41, .prctl = 167, .socketcall = -1),
#endif
};
const size_t call_table_count = COUNT(call_tables);

/* Where a call stands in its table, from 1 on: looking through the table for each call would be most of the sensor's own work. */
#define NUMBERS 512
static uint8_t positions[COUNT(call_tables)][NUMBERS];

static void index_tables(void) {
  for (size_t t = 0; t < call_table_count; t++)
    for (size_t i = 0; i < call_tables[t].count; i++) positions[t][call_tables[t].calls[i].nr] = (uint8_t)(i + 1);
}

const struct call *find_call(uint32_t arch, int nr, const struct call_table **table) {
  static int is_indexed;
  if (!is_indexed) index_tables();
  is_indexed = 1;
  for (size_t t = 0; t < call_table_count; t++) {
    if (call_tables[t].arch != arch) continue;
    *table = &call_tables[t];
    int position = nr >= 0 && nr < NUMBERS ? positions[t][nr] : 0;
    return position > 0 ? &call_tables[t].calls[position - 1] : NULL;
  }
  return NULL;
}

/* What is asked most, and needs no answer. With a path in memory that is read at the call's end, nothing may happen in between that changes
   what the path means: calls that change the working folder, links or names are asked about, and what was told before is taken first. */
int is_call_told(const struct call_table *table, const struct call *call) {
  static const int told[] = {2, 4, 6, 21, 89, 257, 262, 267, 269, 332, 439};
  if (table->arch != AUDIT_ARCH_X86_64) return 0;
  for (size_t i = 0; i < COUNT(told); i++)
    if (call->nr == told[i]) return 1;
  return 0;
}
