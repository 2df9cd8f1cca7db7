//! What this computer is, from the files in which the kernel tells: [`host`].

use std::env::consts;
use std::fs;
use std::thread;

use crate::model::Host;

/// Gives the text of the file at a path; `None` where it cannot be read.
type Reader<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The machine that this process runs on.
///
/// Never fails: what the system does not tell is empty or `None`, which off Linux is all but `arch` and `cores`.
/// `cores` are those that the calling thread may use, so call it before pinning.
pub(crate) fn host() -> Host {
    let cores =
        thread::available_parallelism().map_or(0, |count| u32::try_from(count.get()).unwrap_or(u32::MAX));
    Host {
        arch: arch_name(consts::OS, consts::ARCH),
        cores,
        ..described(&|path| fs::read_to_string(path).ok())
    }
}

/// The fields that are read from files.
fn described(read: Reader<'_>) -> Host {
    let line = |path| read(path).map(|text| text.trim().to_owned());
    let cpuinfo = read("/proc/cpuinfo").unwrap_or_default();
    Host {
        name: line("/proc/sys/kernel/hostname").unwrap_or_default(),
        cpu: cpu_model(&cpuinfo),
        kernel: line("/proc/sys/kernel/osrelease").unwrap_or_default(),
        governor: line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
            .filter(|name| !name.is_empty()),
        turbo: turbo(read),
        virtualised: hypervisor_flag(&cpuinfo).or_else(|| firmware_is_virtual(read)),
        ..Host::default()
    }
}

/// Operating system and architecture under the names that baselines are filed by, such as `darwin-arm64`.
fn arch_name(os: &str, arch: &str) -> String {
    let os = if os == "macos" { "darwin" } else { os };
    let arch = if arch == "aarch64" { "arm64" } else { arch };
    format!("{os}-{arch}")
}

/// The processor's name in the text of `/proc/cpuinfo`; empty where it has none.
fn cpu_model(cpuinfo: &str) -> String {
    field(cpuinfo, "model name").map_or_else(|| arm_cores(cpuinfo), str::to_owned)
}

/// The first value of `key` in lines of the form `key : value`.
fn field<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
}

/// The kinds of cores of an ARM processor, which gives numbers for names; several kinds are joined by ` + `.
fn arm_cores(cpuinfo: &str) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for core in cpuinfo.split("\n\n") {
        let Some((implementer, part)) = field(core, "CPU implementer").zip(field(core, "CPU part")) else {
            continue;
        };
        let kind = arm_core(implementer, part);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.join(" + ")
}

/// The name of one ARM core; the numbers themselves for those that are not listed here.
fn arm_core(implementer: &str, part: &str) -> String {
    let name = match (implementer, part) {
        ("0x41", "0xd03") => "Cortex-A53",
        ("0x41", "0xd05") => "Cortex-A55",
        ("0x41", "0xd08") => "Cortex-A72",
        ("0x41", "0xd0b") => "Cortex-A76",
        ("0x41", "0xd0c") => "Neoverse-N1",
        ("0x41", "0xd40") => "Neoverse-V1",
        ("0x41", "0xd49") => "Neoverse-N2",
        ("0x41", "0xd4f") => "Neoverse-V2",
        ("0x41", "0xd84") => "Neoverse-V3",
        _ => return format!("ARM implementer {implementer} part {part}"),
    };
    name.to_owned()
}

/// Whether the processor may raise its frequency: Intel's driver tells what is off, the others what is on.
fn turbo(read: Reader<'_>) -> Option<bool> {
    let switch = |path| read(path).and_then(|text| on_or_off(&text));
    switch("/sys/devices/system/cpu/intel_pstate/no_turbo")
        .map(|off| !off)
        .or_else(|| switch("/sys/devices/system/cpu/cpufreq/boost"))
        .or_else(|| switch("/sys/devices/system/cpu/cpufreq/policy0/boost"))
}

fn on_or_off(text: &str) -> Option<bool> {
    match text.trim() {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

/// Whether an x86 processor says that a hypervisor is present; `None` for processors without such a flag.
fn hypervisor_flag(cpuinfo: &str) -> Option<bool> {
    field(cpuinfo, "flags").map(|flags| flags.split_whitespace().any(|flag| flag == "hypervisor"))
}

/// `Some(true)` where the firmware names a hypervisor. The opposite cannot be told from it.
fn firmware_is_virtual(read: Reader<'_>) -> Option<bool> {
    const VENDORS: [&str; 5] = ["QEMU", "VMware", "Xen", "innotek", "Parallels"];
    let vendor = read("/sys/class/dmi/id/sys_vendor").unwrap_or_default();
    let product = read("/sys/class/dmi/id/product_name").unwrap_or_default();
    let found = VENDORS.iter().any(|name| vendor.contains(name))
        || product.contains("Virtual Machine")
        || (vendor.contains("Amazon EC2") && !product.contains(".metal"))
        || read("/proc/device-tree/hypervisor/compatible").is_some();
    found.then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const X86: &str = include_str!("samples/cpuinfo_x86_64.txt");
    const ARM: &str = include_str!("samples/cpuinfo_arm64.txt");
    const BIG_LITTLE: &str = include_str!("samples/cpuinfo_arm64_two_kinds.txt");

    fn described_by(files: &[(&str, &str)]) -> Host {
        described(&|path| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned()))
    }

    #[test]
    fn a_virtual_x86_server_is_described() {
        let host = described_by(&[
            ("/proc/cpuinfo", X86),
            ("/proc/sys/kernel/hostname", "runner-7\n"),
            ("/proc/sys/kernel/osrelease", "6.8.0-45-generic\n"),
            ("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n"),
            ("/sys/devices/system/cpu/intel_pstate/no_turbo", "1\n"),
        ]);
        let expected = Host {
            name: "runner-7".to_owned(),
            cpu: "Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHz".to_owned(),
            kernel: "6.8.0-45-generic".to_owned(),
            governor: Some("performance".to_owned()),
            turbo: Some(false),
            virtualised: Some(true),
            ..Host::default()
        };
        assert_eq!(host, expected);
    }

    #[test]
    fn an_x86_processor_without_the_flag_is_not_virtual() {
        let metal = X86.replace(" hypervisor", "");
        assert_eq!(described_by(&[("/proc/cpuinfo", &metal)]).virtualised, Some(false));
    }

    #[test]
    fn an_arm_server_is_named_by_its_part_and_its_firmware() {
        let mut files = vec![("/proc/cpuinfo", ARM), ("/sys/class/dmi/id/sys_vendor", "Amazon EC2\n")];
        assert_eq!(described_by(&files).cpu, "Neoverse-N1");
        assert_eq!(described_by(&files).virtualised, Some(true));
        files.push(("/sys/class/dmi/id/product_name", "m6g.metal\n"));
        assert_eq!(described_by(&files).virtualised, None);
    }

    #[test]
    fn an_arm_processor_with_two_kinds_of_cores_names_both() {
        assert_eq!(cpu_model(BIG_LITTLE), "Cortex-A55 + ARM implementer 0x41 part 0xd44");
    }

    #[test]
    fn boost_tells_turbo_where_intels_driver_does_not() {
        let boost = |text| described_by(&[("/sys/devices/system/cpu/cpufreq/boost", text)]).turbo;
        assert_eq!(boost("1\n"), Some(true));
        assert_eq!(boost("0\n"), Some(false));
        assert_eq!(boost("garbage"), None);
    }

    #[test]
    fn missing_files_leave_fields_empty() {
        assert_eq!(described_by(&[]), Host::default());
    }

    #[test]
    fn architectures_carry_the_names_of_baselines() {
        assert_eq!(arch_name("linux", "x86_64"), "linux-x86_64");
        assert_eq!(arch_name("linux", "aarch64"), "linux-arm64");
        assert_eq!(arch_name("macos", "aarch64"), "darwin-arm64");
        assert_eq!(arch_name("windows", "x86_64"), "windows-x86_64");
    }

    #[test]
    fn this_machine_has_an_architecture_and_cores() {
        let host = host();
        assert!(host.arch.contains('-') && host.cores > 0, "{host:?}");
    }
}
